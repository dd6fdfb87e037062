// What the decoders in gen/ts stand on: the same strictness as the C codecs. Bytes, points and
// scalars become lowercase hex, integers of 64 bits and more become bigint.

// What fixes widths and maxima: the session's profile, its parties, its batch.
export interface Env {
	prime: number;
	N: number;
	Nhat: number;
	ell: number;
	eps: number;
	ellp: number;
	m: number;
	n: number;
	batch: number;
}

export interface WireType {
	type: number; // message number, 0 for a part of others
	decode: (r: Reader, env: Env) => object;
}

export class WireError extends Error {}

export function environment(prime: number, ell: number, eps: number, ellp: number, m: number,
	n: number, batch: number): Env {
	return { prime, N: 2 * prime, Nhat: 2 * prime, ell, eps, ellp, m, n, batch };
}

const ORDER = BigInt("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

function hex(b: Uint8Array): string {
	return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
}

export class Reader {
	private at = 0;

	constructor(private readonly b: Uint8Array) {}

	private take(len: number): Uint8Array {
		if (len > this.b.length - this.at) {
			throw new WireError("truncated");
		}
		this.at += len;
		return this.b.subarray(this.at - len, this.at);
	}

	private uint(len: number): number {
		return this.take(len).reduce((v, x) => v * 256 + x, 0);
	}

	u8(): number {
		return this.uint(1);
	}

	u16(): number {
		return this.uint(2);
	}

	u32(): number {
		return this.uint(4);
	}

	u64(): bigint {
		return BigInt("0x" + hex(this.take(8)));
	}

	bytes(len: number): string {
		return hex(this.take(len));
	}

	private upTo(max: number): number {
		const len = this.u32();
		if (len > max) {
			throw new WireError("too large");
		}
		return len;
	}

	blob(max: number): string {
		return this.bytes(this.upTo(max));
	}

	string(max: number): string {
		let text: string;
		try {
			text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
				.decode(this.take(this.upTo(max)));
		} catch (e) {
			throw e instanceof WireError ? e : new WireError("not UTF-8");
		}
		if (CONTROL.test(text)) {
			throw new WireError("control character");
		}
		return text;
	}

	nat(bits: number): bigint {
		const v = BigInt("0x" + hex(this.take(Math.floor((bits + 7) / 8))));
		if (v >> BigInt(bits) !== BigInt(0)) {
			throw new WireError("integer too wide");
		}
		return v;
	}

	int(bits: number): bigint {
		const sign = this.u8();
		const v = this.nat(bits);
		if (sign > 1 || (sign === 1 && v === BigInt(0))) {
			throw new WireError("sign");
		}
		return sign === 1 ? -v : v;
	}

	// Form only: whether the point is on the curve is checked where it is used.
	point(): string {
		const b = this.take(33);
		if (b[0] === 0 ? b.some((x) => x !== 0) : b[0] !== 2 && b[0] !== 3) {
			throw new WireError("point");
		}
		return hex(b);
	}

	scalar(): string {
		const text = this.bytes(32);
		if (BigInt("0x" + text) >= ORDER) {
			throw new WireError("scalar");
		}
		return text;
	}

	list<T>(max: number, item: () => T): T[] {
		const n = this.upTo(max);
		const out: T[] = [];
		for (let i = 0; i < n; i++) {
			out.push(item());
		}
		return out;
	}

	end(): void {
		if (this.at !== this.b.length) {
			throw new WireError("trailing");
		}
	}
}

// Decode all of b, or throw WireError.
export function decode(type: WireType, env: Env, b: Uint8Array): object {
	const r = new Reader(b);
	const m = type.decode(r, env);
	r.end();
	return m;
}
