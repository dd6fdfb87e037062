// Made by tools/genwire from wire/records.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

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

export function decodeRecUsedSid(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		protocol: r.u8(),
		started: r.u64(),
	};
}

export function decodeRecStanding(r: Reader, env: Env) {
	return {
		device: r.string(64),
		instance: r.u32(),
		boot: r.bytes(16),
		aborts: r.u32(),
		suspended: r.u8(),
	};
}

export const recordsTypes: { [name: string]: WireType } = {
	slot_public: { type: 0x0000, decode: decodeSlotPublic },
	sharing_certificate: { type: 0x0000, decode: decodeSharingCertificate },
	certificate_signature: { type: 0x0000, decode: decodeCertificateSignature },
	signed_certificate: { type: 0x0000, decode: decodeSignedCertificate },
	rec_key_share: { type: 0x0701, decode: decodeRecKeyShare },
	rec_own_moduli: { type: 0x0702, decode: decodeRecOwnModuli },
	rec_peer_aux: { type: 0x0703, decode: decodeRecPeerAux },
	rec_used_sid: { type: 0x0704, decode: decodeRecUsedSid },
	rec_standing: { type: 0x0705, decode: decodeRecStanding },
};
