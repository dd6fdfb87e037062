// node decode.js COMPILED SAMPLES SCHEMA...: decode every kept sample with the compiled decoders.
"use strict";
const fs = require("fs");
const path = require("path");

const [compiled, samples, ...schemas] = process.argv.slice(2);
const wire = require(path.join(compiled, "wire/reader.js"));
const kept = fs.readdirSync(samples);
const small = (n, batch) => wire.environment(640, 256, 288, 832, 32, n, batch);
let passed = 0, failed = 0;

function check(name, holds) {
	if (holds) {
		passed++;
	} else {
		failed++;
		console.log("FAILED " + name);
	}
}

function throws(type, env, bytes) {
	try {
		wire.decode(type, env, bytes);
	} catch (e) {
		return e instanceof wire.WireError;
	}
	return false;
}

// Every value of the message, in order, as the hex digits it must have in the encoding.
function leaves(x) {
	if (typeof x === "string") {
		return [/^([0-9a-f]{2})*$/.test(x) ? x : Buffer.from(x, "utf8").toString("hex")];
	}
	if (typeof x === "number" || typeof x === "bigint") {
		const digits = (x < 0 ? -x : x).toString(16);
		return [digits.length % 2 ? "0" + digits : digits];
	}
	return Object.values(x).flatMap(leaves);
}

function inOrder(values, hex) {
	let at = 0;
	return values.every((v) => {
		const found = hex.indexOf(v, at);
		at = found + v.length;
		return found >= 0;
	});
}

for (const schema of schemas) {
	const types = require(path.join(compiled, "gen/ts", schema + ".js"))[schema + "Types"];
	const all = Object.entries(types).flatMap(([name, type]) =>
		kept.filter((f) => f.startsWith(`${schema}.${name}.v`)).map((f) => [name, type, f]));
	check(schema + ": samples", new Set(all.map(([name]) => name)).size === Object.keys(types).length);
	for (const [name, type, sample] of all) {
		const file = fs.readFileSync(path.join(samples, sample));
		const head = file.subarray(0, file.indexOf(10)).toString().split(" ");
		const body = new Uint8Array(file.subarray(file.indexOf(10) + 1));
		const env = small(Number(head[3]), Number(head[4]));
		const message = wire.decode(type, env, body);
		const short = [...body.keys()].slice(0, 300).every((n) => throws(type, env, body.subarray(0, n)));

		check(sample + ": values", inOrder(leaves(message), Buffer.from(body).toString("hex")));
		check(sample + ": truncated", short);
		check(sample + ": trailing", throws(type, env, new Uint8Array([...body, 0])));
	}
}
const uint = { type: 0, decode: (r) => ({ x: r.int(9) }) };
check("minus zero", throws(uint, small(3, 1), new Uint8Array([1, 0, 0])));
check("sign", throws(uint, small(3, 1), new Uint8Array([2, 0, 1])));
check("wide", throws(uint, small(3, 1), new Uint8Array([0, 2, 0])));
const text = { type: 0, decode: (r) => ({ x: r.string(8) }) };
check("control", throws(text, small(3, 1), new Uint8Array([0, 0, 0, 1, 10])));
check("utf8", throws(text, small(3, 1), new Uint8Array([0, 0, 0, 1, 0x80])));
const scalar = { type: 0, decode: (r) => ({ x: r.scalar() }) };
check("scalar", throws(scalar, small(3, 1), new Uint8Array(32).fill(255)));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
