// Made by tools/genwire from wire/attempt.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeAttemptVoter(r: Reader, env: Env) {
	return {
		device: r.string(64),
	};
}

export function decodeRecAttempt(r: Reader, env: Env) {
	return {
		sharing: r.bytes(32),
		epoch: r.u32(),
		hash: r.bytes(32),
		state: r.u8(),
		voters: r.list(env.n, () => decodeAttemptVoter(r, env)),
		certificate: r.blob(16384),
		abort: r.blob(512),
	};
}

export function decodeRecAttemptAbort(r: Reader, env: Env) {
	return {
		sharing: r.bytes(32),
		epoch: r.u32(),
		hash: r.bytes(32),
		device: r.string(64),
		signature: r.bytes(64),
	};
}

export const attemptTypes: { [name: string]: WireType } = {
	attempt_voter: { type: 0x0000, decode: decodeAttemptVoter },
	rec_attempt: { type: 0x0706, decode: decodeRecAttempt },
	rec_attempt_abort: { type: 0x0707, decode: decodeRecAttemptAbort },
};
