// Made by tools/genwire from wire/raw.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeCtlRaw(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		tx: r.string(64),
		item: r.u16(),
		token: r.blob(16384),
		target: r.blob(8192),
		body: r.blob(262144),
	};
}

export const rawTypes: { [name: string]: WireType } = {
	ctl_raw: { type: 0x080f, decode: decodeCtlRaw },
};
