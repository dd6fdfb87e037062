// Made by tools/genwire from wire/testimony.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";
import {
	decodeFrostPair,
} from "./frost";
import {
	decodeEvidenceStep,
} from "./evidence";

export function decodeTestimonyParty(r: Reader, env: Env) {
	return {
		device: r.string(64),
		slot: r.u16(),
		identity: r.bytes(32),
	};
}

export function decodeRecTestimony(r: Reader, env: Env) {
	return {
		profile: r.string(64),
		curve: r.u8(),
		stage: r.u8(),
		session: r.bytes(32),
		t: r.u16(),
		parties: r.list(16, () => decodeTestimonyParty(r, env)),
		self: r.u16(),
		party: r.u16(),
		round: r.u8(),
		check: r.u16(),
		batch: r.u32(),
		context: r.blob(67108864),
		messages: r.list(256, () => r.blob(16777472)),
	};
}

export function decodeTestimonyRole(r: Reader, env: Env) {
	return {
		deals: r.u16(),
		receives: r.u16(),
	};
}

export function decodeTestimonyReshare(r: Reader, env: Env) {
	return {
		kind: r.u8(),
		form: r.u8(),
		t: r.u16(),
		epoch: r.u32(),
		roles: r.list(env.n, () => decodeTestimonyRole(r, env)),
		source: r.blob(16384),
	};
}

export function decodeTestimonyFrostPrepare(r: Reader, env: Env) {
	return {
		suite: r.u8(),
		confirm: r.u8(),
		Y: r.point(),
		W: r.list(env.n, () => r.point()),
	};
}

export function decodeTestimonyFrostSign(r: Reader, env: Env) {
	return {
		suite: r.u8(),
		prepared: r.bytes(32),
		item: r.u32(),
		Y: r.point(),
		W: r.list(env.n, () => r.point()),
		nonces: r.list(env.n, () => decodeFrostPair(r, env)),
		echoed: r.u8(),
		echo: r.bytes(32),
		cc: r.bytes(32),
		path: r.list(64, () => decodeEvidenceStep(r, env)),
		output: r.u8(),
		root: r.bytes(32),
		text: r.blob(65536),
	};
}

export const testimonyTypes: { [name: string]: WireType } = {
	testimony_party: { type: 0x0000, decode: decodeTestimonyParty },
	rec_testimony: { type: 0x0b02, decode: decodeRecTestimony },
	testimony_role: { type: 0x0000, decode: decodeTestimonyRole },
	testimony_reshare: { type: 0x0000, decode: decodeTestimonyReshare },
	testimony_frost_prepare: { type: 0x0000, decode: decodeTestimonyFrostPrepare },
	testimony_frost_sign: { type: 0x0000, decode: decodeTestimonyFrostSign },
};
