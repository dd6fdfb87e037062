// Made by tools/genwire from wire/control.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeCtlHello(r: Reader, env: Env) {
	return {
		device: r.string(64),
		role: r.u8(),
		set: r.u16(),
		boot: r.bytes(16),
		instance: r.u32(),
		software: r.string(64),
		kernel: r.string(64),
		profile: r.string(64),
		address: r.string(80),
	};
}

export function decodeDeviceRef(r: Reader, env: Env) {
	return {
		device: r.string(64),
	};
}

export function decodeKeyState(r: Reader, env: Env) {
	return {
		key_id: r.bytes(32),
		sharing: r.bytes(32),
		epoch: r.u32(),
		state: r.u8(),
	};
}

export function decodePresigRef(r: Reader, env: Env) {
	return {
		id: r.bytes(32),
	};
}

export function decodePoolState(r: Reader, env: Env) {
	return {
		sharing: r.bytes(32),
		epoch: r.u32(),
		clique: r.bytes(32),
		ids: r.list(256, () => decodePresigRef(r, env)),
	};
}

export function decodeCtlHeartbeat(r: Reader, env: Env) {
	return {
		workspace: r.u64(),
		crl: r.u64(),
		not_after: r.u64(),
		evidence: r.u8(),
		moduli: r.u8(),
		primes: r.u8(),
		candidates: r.u64(),
		introduced: r.list(256, () => decodeDeviceRef(r, env)),
		keys: r.list(256, () => decodeKeyState(r, env)),
		pools: r.list(256, () => decodePoolState(r, env)),
		reachable: r.list(256, () => decodeDeviceRef(r, env)),
		runs: r.u32(),
	};
}

export function decodeOpenParty(r: Reader, env: Env) {
	return {
		device: r.string(64),
		role: r.u8(),
		slot: r.u16(),
		address: r.string(80),
	};
}

export function decodeCtlOpen(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		kind: r.u8(),
		profile: r.string(64),
		curve: r.u8(),
		t: r.u16(),
		key_id: r.bytes(32),
		sharing: r.bytes(32),
		epoch: r.u32(),
		batch: r.u32(),
		presig: r.bytes(32),
		deadline: r.u32(),
		parties: r.list(env.n, () => decodeOpenParty(r, env)),
		intent: r.blob(262144),
	};
}

export function decodeCtlIntent(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		tx: r.string(64),
		asset: r.string(64),
		token: r.blob(16384),
		target: r.blob(8192),
		body: r.blob(262144),
		payload: r.blob(262144),
		path: r.string(64),
	};
}

export function decodeCtlReady(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		opening: r.bytes(32),
		device: r.string(64),
		nonce: r.bytes(32),
		boot: r.bytes(16),
		instance: r.u32(),
		epoch: r.u32(),
		roster: r.u64(),
		policy: r.u64(),
		crl: r.u64(),
		aux: r.bytes(32),
		signature: r.bytes(64),
	};
}

export function decodeCtlStart(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		ready: r.list(env.n, () => r.blob(1024)),
	};
}

export function decodeCtlAbort(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		reason: r.string(512),
	};
}

export function decodeCtlResult(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		sid: r.bytes(32),
		kind: r.u8(),
		certificate: r.blob(32768),
		presigs: r.list(256, () => decodePresigRef(r, env)),
		r: r.bytes(32),
		s: r.bytes(32),
		recid: r.u8(),
	};
}

export function decodeCtlFailed(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		error: r.u16(),
		check: r.u16(),
		round: r.u16(),
		culprit: r.string(64),
		reason: r.string(512),
		evidence: r.bytes(32),
	};
}

export function decodeCtlRefusal(r: Reader, env: Env) {
	return {
		request: r.bytes(32),
		tx: r.string(64),
		device: r.string(64),
		payload: r.bytes(32),
		error: r.u16(),
		check: r.u16(),
		reason: r.string(512),
		time: r.u64(),
		signature: r.bytes(64),
	};
}

export function decodeCtlNotice(r: Reader, env: Env) {
	return {
		workspace: r.u64(),
		crl: r.u64(),
	};
}

export function decodeCtlCertificate(r: Reader, env: Env) {
	return {
		certificate: r.blob(32768),
	};
}

export function decodeCtlForsake(r: Reader, env: Env) {
	return {
		ids: r.list(256, () => decodePresigRef(r, env)),
	};
}

export const controlTypes: { [name: string]: WireType } = {
	ctl_hello: { type: 0x0801, decode: decodeCtlHello },
	device_ref: { type: 0x0000, decode: decodeDeviceRef },
	key_state: { type: 0x0000, decode: decodeKeyState },
	presig_ref: { type: 0x0000, decode: decodePresigRef },
	pool_state: { type: 0x0000, decode: decodePoolState },
	ctl_heartbeat: { type: 0x0802, decode: decodeCtlHeartbeat },
	open_party: { type: 0x0000, decode: decodeOpenParty },
	ctl_open: { type: 0x0803, decode: decodeCtlOpen },
	ctl_intent: { type: 0x0804, decode: decodeCtlIntent },
	ctl_ready: { type: 0x0805, decode: decodeCtlReady },
	ctl_start: { type: 0x0807, decode: decodeCtlStart },
	ctl_abort: { type: 0x0808, decode: decodeCtlAbort },
	ctl_result: { type: 0x0809, decode: decodeCtlResult },
	ctl_failed: { type: 0x080a, decode: decodeCtlFailed },
	ctl_refusal: { type: 0x080b, decode: decodeCtlRefusal },
	ctl_notice: { type: 0x080c, decode: decodeCtlNotice },
	ctl_certificate: { type: 0x080d, decode: decodeCtlCertificate },
	ctl_forsake: { type: 0x080e, decode: decodeCtlForsake },
};
