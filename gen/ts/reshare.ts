// Made by tools/genwire from wire/reshare.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";
import {
	decodeZkSchProof,
} from "./proofs";

export function decodeMsgComplaint(r: Reader, env: Env) {
	return {
		accused: r.u16(),
		broadcast: r.blob(16777472),
		direct: r.blob(16777472),
	};
}

export function decodeMsgReshareR1(r: Reader, env: Env) {
	return {
		V: r.bytes(32),
	};
}

export function decodeMsgReshareR2(r: Reader, env: Env) {
	return {
		rid: r.bytes(32),
		F: r.list(env.n, () => r.point()),
		A: r.point(),
		u: r.bytes(32),
	};
}

export function decodeMsgReshareShare(r: Reader, env: Env) {
	return {
		f: r.scalar(),
	};
}

export function decodeMsgReshareR3(r: Reader, env: Env) {
	return {
		psi: r.list(1, () => decodeZkSchProof(r, env)),
	};
}

export function decodeMsgReshareAck(r: Reader, env: Env) {
	return {
		certificate: r.bytes(32),
		signature: r.bytes(64),
	};
}

export const reshareTypes: { [name: string]: WireType } = {
	msg_complaint: { type: 0x0102, decode: decodeMsgComplaint },
	msg_reshare_r1: { type: 0x0211, decode: decodeMsgReshareR1 },
	msg_reshare_r2: { type: 0x0212, decode: decodeMsgReshareR2 },
	msg_reshare_share: { type: 0x0213, decode: decodeMsgReshareShare },
	msg_reshare_r3: { type: 0x0214, decode: decodeMsgReshareR3 },
	msg_reshare_ack: { type: 0x0215, decode: decodeMsgReshareAck },
};
