// Made by tools/genwire from wire/records.wire; do not edit.
import { Reader, Env, Decoder } from "../../wire/reader";

export function decodeSlotPublic(r: Reader, env: Env) {
	return {
		index: r.u16(),
		device: r.string(64),
		W: r.point(),
	};
}

export function decodeSharingCertificate(r: Reader, env: Env) {
	return {
		workspace: r.string(64),
		key_id: r.bytes(32),
		curve: r.u8(),
		Y: r.point(),
		cc: r.bytes(32),
		sharing: r.bytes(32),
		epoch: r.u32(),
		attempt: r.bytes(32),
		form: r.u8(),
		t: r.u16(),
		slots: r.list(env.n, () => decodeSlotPublic(r, env)),
		previous: r.bytes(32),
	};
}

export function decodeCertificateSignature(r: Reader, env: Env) {
	return {
		device: r.string(64),
		signature: r.bytes(64),
	};
}

export function decodeSignedCertificate(r: Reader, env: Env) {
	return {
		body: r.blob(16384),
		signatures: r.list(2*env.n, () => decodeCertificateSignature(r, env)),
	};
}

export function decodeRecKeyShare(r: Reader, env: Env) {
	return {
		key_id: r.bytes(32),
		sharing: r.bytes(32),
		epoch: r.u32(),
		index: r.u16(),
		curve: r.u8(),
		form: r.u8(),
		state: r.u8(),
		x: r.scalar(),
		certificate: r.blob(16384),
	};
}

export function decodeRecOwnModuli(r: Reader, env: Env) {
	return {
		generation: r.u32(),
		created: r.u64(),
		p: r.nat(env.prime),
		q: r.nat(env.prime),
		p_hat: r.nat(env.prime),
		q_hat: r.nat(env.prime),
		lambda: r.nat(env.Nhat),
		t: r.nat(env.Nhat),
	};
}

export function decodeRecPeerAux(r: Reader, env: Env) {
	return {
		device: r.string(64),
		sid: r.bytes(32),
		created: r.u64(),
		N: r.nat(env.N),
		Nhat: r.nat(env.Nhat),
		s: r.nat(env.Nhat),
		t: r.nat(env.Nhat),
	};
}

export const recordsTypes: { [type: number]: [string, Decoder] } = {
	0x0701: ["rec_key_share", decodeRecKeyShare],
	0x0702: ["rec_own_moduli", decodeRecOwnModuli],
	0x0703: ["rec_peer_aux", decodeRecPeerAux],
};
