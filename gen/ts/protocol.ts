// Made by tools/genwire from wire/protocol.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";
import {
	decodeZkAffgProof,
	decodeZkElogProof,
	decodeZkEncelgProof,
	decodeZkFacProof,
	decodeZkModProof,
	decodeZkPrmProof,
	decodeZkSchProof,
} from "./proofs";

export function decodeEnvelope(r: Reader, env: Env) {
	return {
		type: r.u16(),
		version: r.u16(),
		sid: r.bytes(32),
		context: r.bytes(32),
		round: r.u8(),
		from: r.u16(),
		to: r.u16(),
		echo: r.bytes(32),
		payload: r.blob(16777216),
		signature: r.bytes(64),
	};
}

export function decodeMsgDispute(r: Reader, env: Env) {
	return {
		round: r.u8(),
		originals: r.list(env.n, () => r.blob(16777472)),
		echoes: r.list(env.n, () => r.blob(16777472)),
	};
}

export function decodeMsgKeygenR1(r: Reader, env: Env) {
	return {
		V: r.bytes(32),
	};
}

export function decodeMsgKeygenR2(r: Reader, env: Env) {
	return {
		rid: r.bytes(32),
		cc: r.bytes(32),
		F: r.list(env.n, () => r.point()),
		A: r.point(),
		u: r.bytes(32),
	};
}

export function decodeMsgKeygenShare(r: Reader, env: Env) {
	return {
		f: r.scalar(),
	};
}

export function decodeMsgKeygenR3(r: Reader, env: Env) {
	return {
		psi: decodeZkSchProof(r, env),
	};
}

export function decodeMsgKeygenAck(r: Reader, env: Env) {
	return {
		certificate: r.bytes(32),
		signature: r.bytes(64),
	};
}

export function decodeMsgAuxR1(r: Reader, env: Env) {
	return {
		V: r.bytes(32),
	};
}

export function decodeMsgAuxR2(r: Reader, env: Env) {
	return {
		N: r.nat(env.N),
		Nhat: r.nat(env.Nhat),
		s: r.nat(env.Nhat),
		t: r.nat(env.Nhat),
		prm: decodeZkPrmProof(r, env),
		rho: r.bytes(32),
		u: r.bytes(32),
	};
}

export function decodeMsgAuxR3(r: Reader, env: Env) {
	return {
		mod: decodeZkModProof(r, env),
	};
}

export function decodeMsgAuxFac(r: Reader, env: Env) {
	return {
		fac: decodeZkFacProof(r, env),
	};
}

export function decodeMsgAuxConfirm(r: Reader, env: Env) {
	return {
		output: r.bytes(32),
	};
}

export function decodePresignR1Item(r: Reader, env: Env) {
	return {
		K: r.nat(2*env.N),
		G: r.nat(2*env.N),
		Y: r.point(),
		A1: r.point(),
		A2: r.point(),
		B1: r.point(),
		B2: r.point(),
	};
}

export function decodeMsgPresignR1(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignR1Item(r, env)),
	};
}

export function decodePresignPsiItem(r: Reader, env: Env) {
	return {
		psi0: decodeZkEncelgProof(r, env),
		psi1: decodeZkEncelgProof(r, env),
	};
}

export function decodeMsgPresignPsi(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignPsiItem(r, env)),
	};
}

export function decodePresignR2Peer(r: Reader, env: Env) {
	return {
		F: r.nat(2*env.N),
		Fhat: r.nat(2*env.N),
		hash: r.bytes(32),
	};
}

export function decodePresignR2Item(r: Reader, env: Env) {
	return {
		Gamma: r.point(),
		psi: decodeZkElogProof(r, env),
		peers: r.list(env.n, () => decodePresignR2Peer(r, env)),
	};
}

export function decodeMsgPresignR2(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignR2Item(r, env)),
	};
}

export function decodePresignMtaItem(r: Reader, env: Env) {
	return {
		D: r.nat(2*env.N),
		Dhat: r.nat(2*env.N),
		psi: decodeZkAffgProof(r, env),
		psihat: decodeZkAffgProof(r, env),
	};
}

export function decodeMsgPresignMta(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignMtaItem(r, env)),
	};
}

export function decodePresignR3Item(r: Reader, env: Env) {
	return {
		delta: r.scalar(),
		Delta: r.point(),
		S: r.point(),
		psi: decodeZkElogProof(r, env),
	};
}

export function decodeMsgPresignR3(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignR3Item(r, env)),
	};
}

export function decodePresignId(r: Reader, env: Env) {
	return {
		id: r.bytes(32),
	};
}

export function decodeMsgPresignConfirm(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignId(r, env)),
	};
}

export function decodeMsgSignShare(r: Reader, env: Env) {
	return {
		sigma: r.scalar(),
	};
}

export const protocolTypes: { [name: string]: WireType } = {
	envelope: { type: 0x0000, decode: decodeEnvelope },
	msg_dispute: { type: 0x0101, decode: decodeMsgDispute },
	msg_keygen_r1: { type: 0x0201, decode: decodeMsgKeygenR1 },
	msg_keygen_r2: { type: 0x0202, decode: decodeMsgKeygenR2 },
	msg_keygen_share: { type: 0x0203, decode: decodeMsgKeygenShare },
	msg_keygen_r3: { type: 0x0204, decode: decodeMsgKeygenR3 },
	msg_keygen_ack: { type: 0x0205, decode: decodeMsgKeygenAck },
	msg_aux_r1: { type: 0x0301, decode: decodeMsgAuxR1 },
	msg_aux_r2: { type: 0x0302, decode: decodeMsgAuxR2 },
	msg_aux_r3: { type: 0x0303, decode: decodeMsgAuxR3 },
	msg_aux_fac: { type: 0x0304, decode: decodeMsgAuxFac },
	msg_aux_confirm: { type: 0x0305, decode: decodeMsgAuxConfirm },
	presign_r1_item: { type: 0x0000, decode: decodePresignR1Item },
	msg_presign_r1: { type: 0x0401, decode: decodeMsgPresignR1 },
	presign_psi_item: { type: 0x0000, decode: decodePresignPsiItem },
	msg_presign_psi: { type: 0x0402, decode: decodeMsgPresignPsi },
	presign_r2_peer: { type: 0x0000, decode: decodePresignR2Peer },
	presign_r2_item: { type: 0x0000, decode: decodePresignR2Item },
	msg_presign_r2: { type: 0x0403, decode: decodeMsgPresignR2 },
	presign_mta_item: { type: 0x0000, decode: decodePresignMtaItem },
	msg_presign_mta: { type: 0x0404, decode: decodeMsgPresignMta },
	presign_r3_item: { type: 0x0000, decode: decodePresignR3Item },
	msg_presign_r3: { type: 0x0405, decode: decodeMsgPresignR3 },
	presign_id: { type: 0x0000, decode: decodePresignId },
	msg_presign_confirm: { type: 0x0406, decode: decodeMsgPresignConfirm },
	msg_sign_share: { type: 0x0501, decode: decodeMsgSignShare },
};
