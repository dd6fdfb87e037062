// Made by tools/genwire from wire/proofs.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";

export function decodeZkSchProof(r: Reader, env: Env) {
	return {
		z: r.scalar(),
	};
}

export function decodeZkPrmProof(r: Reader, env: Env) {
	return {
		count: r.list(env.m, () => ({ A: r.nat(env.Nhat), z: r.nat(env.Nhat) })),
	};
}

export function decodeZkModProof(r: Reader, env: Env) {
	return {
		w: r.nat(env.N),
		count: r.list(env.m, () => ({ x: r.nat(env.N), a: r.u8(), b: r.u8(), z: r.nat(env.N) })),
	};
}

export function decodeZkFacProof(r: Reader, env: Env) {
	return {
		P: r.nat(env.Nhat),
		Q: r.nat(env.Nhat),
		A: r.nat(env.Nhat),
		B: r.nat(env.Nhat),
		T: r.nat(env.Nhat),
		z1: r.int(env.ell+env.eps+env.N/2),
		z2: r.int(env.ell+env.eps+env.N/2),
		w1: r.int(env.ell+env.eps+1+env.Nhat),
		w2: r.int(env.ell+env.eps+1+env.Nhat),
		v: r.int(env.ell+env.eps+1+env.N+env.Nhat),
	};
}

export function decodeZkEncelgProof(r: Reader, env: Env) {
	return {
		S: r.nat(env.Nhat),
		D: r.nat(2*env.N),
		Y: r.point(),
		Z: r.point(),
		T: r.nat(env.Nhat),
		z1: r.int(env.ell+env.eps+1),
		w: r.scalar(),
		z2: r.nat(env.N),
		z3: r.int(env.ell+env.eps+1+env.Nhat),
	};
}

export function decodeZkAffgProof(r: Reader, env: Env) {
	return {
		A: r.nat(2*env.N),
		Bx: r.point(),
		By: r.nat(2*env.N),
		E: r.nat(env.Nhat),
		S: r.nat(env.Nhat),
		F: r.nat(env.Nhat),
		T: r.nat(env.Nhat),
		z1: r.int(env.ell+env.eps+1),
		z2: r.int(env.ellp+env.eps+1),
		z3: r.int(env.ell+env.eps+1+env.Nhat),
		z4: r.int(env.ell+env.eps+1+env.Nhat),
		w: r.nat(env.N),
		wy: r.nat(env.N),
	};
}

export function decodeZkElogProof(r: Reader, env: Env) {
	return {
		A: r.point(),
		N: r.point(),
		B: r.point(),
		z: r.scalar(),
		u: r.scalar(),
	};
}

export const proofsTypes: { [name: string]: WireType } = {
	zk_sch_proof: { type: 0x0000, decode: decodeZkSchProof },
	zk_prm_proof: { type: 0x0000, decode: decodeZkPrmProof },
	zk_mod_proof: { type: 0x0000, decode: decodeZkModProof },
	zk_fac_proof: { type: 0x0000, decode: decodeZkFacProof },
	zk_encelg_proof: { type: 0x0000, decode: decodeZkEncelgProof },
	zk_affg_proof: { type: 0x0000, decode: decodeZkAffgProof },
	zk_elog_proof: { type: 0x0000, decode: decodeZkElogProof },
};
