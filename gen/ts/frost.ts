// Made by tools/genwire from wire/frost.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";
import {
	decodePresignId,
} from "./protocol";

export function decodeFrostPair(r: Reader, env: Env) {
	return {
		D: r.point(),
		E: r.point(),
	};
}

export function decodeMsgFrostCommit(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodeFrostPair(r, env)),
	};
}

export function decodeMsgFrostConfirm(r: Reader, env: Env) {
	return {
		items: r.list(env.batch, () => decodePresignId(r, env)),
	};
}

export function decodeMsgFrostShare(r: Reader, env: Env) {
	return {
		z: r.scalar(),
	};
}

export const frostTypes: { [name: string]: WireType } = {
	frost_pair: { type: 0x0000, decode: decodeFrostPair },
	msg_frost_commit: { type: 0x0601, decode: decodeMsgFrostCommit },
	msg_frost_confirm: { type: 0x0602, decode: decodeMsgFrostConfirm },
	msg_frost_share: { type: 0x0603, decode: decodeMsgFrostShare },
};
