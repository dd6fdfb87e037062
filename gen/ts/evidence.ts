// Made by tools/genwire from wire/evidence.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeEvidenceParty(r: Reader, env: Env) {
	return {
		device: r.string(64),
		slot: r.u16(),
		identity: r.bytes(32),
		ready: r.blob(1024),
	};
}

export function decodeRecEvidence(r: Reader, env: Env) {
	return {
		profile: r.string(64),
		curve: r.u8(),
		protocol: r.u8(),
		stage: r.u8(),
		trust: r.bytes(32),
		request: r.bytes(32),
		open: r.bytes(32),
		t: r.u16(),
		parties: r.list(16, () => decodeEvidenceParty(r, env)),
		self: r.u16(),
		party: r.u16(),
		round: r.u8(),
		check: r.u16(),
		batch: r.u32(),
		context: r.blob(67108864),
		messages: r.list(256, () => r.blob(16777472)),
	};
}

export function decodeEvidenceKeygen(r: Reader, env: Env) {
	return {
		workspace: r.string(64),
		key_id: r.bytes(32),
	};
}

export function decodeEvidenceSeat(r: Reader, env: Env) {
	return {
		W: r.point(),
		N: r.nat(env.N),
		Nhat: r.nat(env.Nhat),
		s: r.nat(env.Nhat),
		t: r.nat(env.Nhat),
		sent: r.blob(67108864),
	};
}

export function decodeEvidencePresign(r: Reader, env: Env) {
	return {
		Y: r.point(),
		confirm: r.u8(),
		seats: r.list(env.n, () => decodeEvidenceSeat(r, env)),
	};
}

export function decodeEvidenceShare(r: Reader, env: Env) {
	return {
		Delta: r.point(),
		S: r.point(),
	};
}

export function decodeEvidenceStep(r: Reader, env: Env) {
	return {
		index: r.u32(),
	};
}

export function decodeEvidenceSign(r: Reader, env: Env) {
	return {
		epid: r.bytes(32),
		Y: r.point(),
		Gamma: r.point(),
		delta: r.scalar(),
		shares: r.list(env.n, () => decodeEvidenceShare(r, env)),
		echoed: r.u8(),
		echo: r.bytes(32),
		cc: r.bytes(32),
		path: r.list(64, () => decodeEvidenceStep(r, env)),
		digest: r.bytes(32),
	};
}

export const evidenceTypes: { [name: string]: WireType } = {
	evidence_party: { type: 0x0000, decode: decodeEvidenceParty },
	rec_evidence: { type: 0x0b01, decode: decodeRecEvidence },
	evidence_keygen: { type: 0x0000, decode: decodeEvidenceKeygen },
	evidence_seat: { type: 0x0000, decode: decodeEvidenceSeat },
	evidence_presign: { type: 0x0000, decode: decodeEvidencePresign },
	evidence_share: { type: 0x0000, decode: decodeEvidenceShare },
	evidence_step: { type: 0x0000, decode: decodeEvidenceStep },
	evidence_sign: { type: 0x0000, decode: decodeEvidenceSign },
};
