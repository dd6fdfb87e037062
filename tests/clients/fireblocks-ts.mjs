// The unmodified TypeScript SDK of the hosted service against a Trefoil coordinator: only base path,
// CA and key are ours. It creates a vault account, an asset wallet in it and a transaction to a
// one-time address, and a raw signature of EdDSA, and waits for COMPLETED.
//
// Environment: TREFOIL_BASE_PATH (https://127.a.b.1:8443/v1), TREFOIL_CA (PEM file),
// TREFOIL_API_KEY (the API user's id), TREFOIL_API_KEY_FILE (its RSA private key, PEM file);
// optional TREFOIL_TO, TREFOIL_AMOUNT, TREFOIL_NONCE, TREFOIL_WAIT (seconds, default 300).
// Standard output: one JSON object, then "N passed, N failed".
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { Fireblocks, TransferPeerPathType } from '@fireblocks/ts-sdk';
import { Report, usage } from './report.mjs';

const ASSET = 'ETH_TEST5';
const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED', 'BLOCKED', 'REJECTED'];
const POLL_MS = 500;

const env = (name, otherwise) => process.env[`TREFOIL_${name}`] || otherwise;

function connect() {
	const needed = ['BASE_PATH', 'CA', 'API_KEY', 'API_KEY_FILE'].filter((name) => !env(name));

	if (needed.length)
		usage(`TREFOIL_${needed.join('=... TREFOIL_')}=... fireblocks-ts.mjs`);
	return new Fireblocks({
		basePath: env('BASE_PATH'),
		apiKey: env('API_KEY'),
		secretKey: readFileSync(env('API_KEY_FILE'), 'utf8'),
		additionalOptions: {
			baseOptions: { httpsAgent: new Agent({ ca: readFileSync(env('CA')) }) },
		},
	});
}

function transfer(vaultAccountId, externalTxId) {
	return {
		operation: 'TRANSFER',
		assetId: ASSET,
		source: { type: TransferPeerPathType.VaultAccount, id: vaultAccountId },
		destination: {
			type: TransferPeerPathType.OneTimeAddress,
			oneTimeAddress: { address: env('TO', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8') },
		},
		amount: env('AMOUNT', '0.01'),
		gasLimit: '21000',
		maxFee: '30',
		priorityFee: '1.5',
		extraParameters: { nodeControls: { nonce: env('NONCE', '0') } },
		note: 'through the TypeScript SDK: café',
		externalTxId,
	};
}

async function createWallet(report, client) {
	const name = `ts-sdk ${randomUUID()}`;
	const account = (await client.vaults.createVaultAccount({
		createVaultAccountRequest: { name },
	})).data;
	const wallet = (await client.vaults.createVaultAccountAsset({
		vaultAccountId: account.id, assetId: ASSET,
	})).data;
	const read = (await client.vaults.getVaultAccount({ vaultAccountId: account.id })).data;

	report.check('the account id is a decimal string', /^(0|[1-9][0-9]*)$/.test(account.id),
		account.id);
	report.equal('name of the account', read.name, name);
	report.check('the account lists the wallet', read.assets.some((a) => a.id === ASSET));
	report.check('the wallet has an address', /^0x[0-9a-fA-F]{40}$/.test(wallet.address),
		wallet.address);
	return { vaultAccountId: account.id, address: wallet.address };
}

async function waitFor(client, txId) {
	const until = Date.now() + 1000 * Number(env('WAIT', '300'));

	for (;;) {
		const tx = (await client.transactions.getTransaction({ txId })).data;

		if (FINAL.includes(tx.status) || Date.now() > until)
			return tx;
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}

// The same idempotency key again is the same answer; an external id finds the transaction, and is
// good for one.
async function askTwice(report, client, request, idempotencyKey, txId) {
	const again = (await client.transactions.createTransaction({
		transactionRequest: request, idempotencyKey,
	})).data;
	const found = (await client.transactions.getTransactionByExternalId({
		externalTxId: request.externalTxId,
	})).data;
	const error = await report.refused('an external id used twice',
		client.transactions.createTransaction({ transactionRequest: request }));

	report.equal('id under the same idempotency key', again.id, txId);
	report.equal('id by the external id', found.id, txId);
	report.equal('status of an external id used twice', error?.response?.statusCode, 400);
}

async function askWrongly(report, client, vaultAccountId) {
	const wrong = { ...transfer(vaultAccountId, randomUUID()), assetId: 'NO_SUCH_ASSET' };
	const error = await report.refused('an unknown asset',
		client.transactions.createTransaction({ transactionRequest: wrong }));

	report.check('the refusal has a 4xx status',
		error?.response?.statusCode >= 400 && error?.response?.statusCode < 500,
		error?.response?.statusCode);
	report.check('the refusal is JSON with message and code',
		typeof error?.response?.data?.message === 'string'
		&& typeof error?.response?.data?.code === 'number', JSON.stringify(error?.response?.data));
}

// Its public key, as node knows one: RFC 8410's head in front of the 32 bytes.
function ed25519(hex) {
	const head = '302a300506032b6570032100';

	return createPublicKey({ key: Buffer.from(head + hex, 'hex'), format: 'der', type: 'spki' });
}

// Two messages by two keys; node verifies.
async function signRaw(report, client) {
	const messages = ['raw through the SDK', 'another'].map((text, i) => ({
		content: Buffer.from(text).toString('hex'), derivationPath: [44, 1, 0, 0, i],
	}));
	const created = (await client.transactions.createTransaction({
		transactionRequest: {
			operation: 'RAW', note: 'raw',
			extraParameters: { rawMessageData: { algorithm: 'MPC_EDDSA_ED25519', messages } },
		},
	})).data;
	const tx = await waitFor(client, created.id);

	report.equal('a raw request completes', tx.status, 'COMPLETED');
	report.equal('its signed messages', tx.signedMessages?.map((m) => m.content).join(),
		messages.map((m) => m.content).join());
	for (const m of tx.signedMessages ?? [])
		report.check('a raw signature verifies', verify(null, Buffer.from(m.content, 'hex'),
			ed25519(m.publicKey), Buffer.from(m.signature.fullSig, 'hex')), JSON.stringify(m));
}

async function run(report, client) {
	const wallet = await createWallet(report, client);
	const idempotencyKey = randomUUID();
	const request = transfer(wallet.vaultAccountId, `ts-sdk-${randomUUID()}`);
	const created = (await client.transactions.createTransaction({
		transactionRequest: request, idempotencyKey,
	})).data;

	report.check('the transaction has an id', typeof created.id === 'string' && created.id !== '');
	report.check('the transaction is under way', typeof created.status === 'string'
		&& !['FAILED', 'BLOCKED', 'REJECTED', 'CANCELLED'].includes(created.status), created.status);
	await askTwice(report, client, request, idempotencyKey, created.id);
	await askWrongly(report, client, wallet.vaultAccountId);

	const tx = await waitFor(client, created.id);

	report.check('the transaction completes', tx.status === 'COMPLETED',
		`${tx.status} ${tx.subStatus ?? ''}`);
	report.check('the transaction has a hash', /^0x[0-9a-f]{64}$/.test(tx.txHash), tx.txHash);
	report.equal('asset', tx.assetId, ASSET);
	report.equal('source', tx.source?.id, wallet.vaultAccountId);
	report.equal('note', tx.note, request.note);
	report.equal('external id', tx.externalTxId, request.externalTxId);
	await signRaw(report, client);
	console.log(JSON.stringify({
		...wallet, txId: created.id, status: tx.status, subStatus: tx.subStatus, txHash: tx.txHash,
		request,
	}));
}

const report = new Report();

try {
	await run(report, connect());
} catch (error) {
	report.check('every call is answered as promised', false,
		`${error.message} ${JSON.stringify(error.response?.data ?? '')}`);
}
report.end();
