// Made by tools/genwire from wire/settlement.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeRecSettlement(r: Reader, env: Env) {
	return {
		curve: r.u8(),
		accuser: r.string(64),
		identity: r.bytes(32),
		certificate: r.blob(16384),
		abort: r.blob(512),
	};
}

export const settlementTypes: { [name: string]: WireType } = {
	rec_settlement: { type: 0x0b03, decode: decodeRecSettlement },
};
