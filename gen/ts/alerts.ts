// Made by tools/genwire from wire/alerts.wire; do not edit.
import { Reader, Env, WireType } from "../../wire/reader";
import {
	decodePresignMtaItem,
} from "./protocol";

export function decodeZkDecProof(r: Reader, env: Env) {
	return {
		count: r.list(env.m, () => ({ A: r.nat(2*env.N), B: r.point(), C: r.point(), z: r.int(env.ell+129), w: r.int(env.ellp+env.eps+134), nu: r.nat(env.N) })),
	};
}

export function decodeZkAffgstarProof(r: Reader, env: Env) {
	return {
		count: r.list(env.m, () => ({ A: r.nat(2*env.N), Bx: r.point(), By: r.nat(2*env.N), z1: r.int(env.ell+env.eps+1), z2: r.int(env.ellp+env.eps+1), w: r.nat(env.N), wy: r.nat(env.N) })),
	};
}

export function decodeMsgPresignAlert(r: Reader, env: Env) {
	return {
		item: r.u32(),
		which: r.u8(),
		hash: r.bytes(32),
	};
}

export function decodePresignAlertPeer(r: Reader, env: Env) {
	return {
		mta: decodePresignMtaItem(r, env),
		psi: r.blob(344064),
	};
}

export function decodeMsgPresignAlertProofs(r: Reader, env: Env) {
	return {
		psi: r.blob(196608),
		peers: r.list(env.n, () => decodePresignAlertPeer(r, env)),
	};
}

export const alertsTypes: { [name: string]: WireType } = {
	zk_dec_proof: { type: 0x0000, decode: decodeZkDecProof },
	zk_affgstar_proof: { type: 0x0000, decode: decodeZkAffgstarProof },
	msg_presign_alert: { type: 0x0407, decode: decodeMsgPresignAlert },
	presign_alert_peer: { type: 0x0000, decode: decodePresignAlertPeer },
	msg_presign_alert_proofs: { type: 0x0408, decode: decodeMsgPresignAlertProofs },
};
