// Do the judges judge? A transaction that ethers signs itself passes eth-verify and eth-execute,
// and each thing that may be wrong with one makes them fall.
import { Transaction, SigningKey, Wallet, parseUnits } from 'ethers';
import { verify } from './eth-verify.mjs';
import { execute } from './eth-execute.mjs';
import { startNode } from './node.mjs';
import { Report } from './report.mjs';

const KEY = new SigningKey(`0x${'46'.repeat(32)}`);
const REQUEST = {
	assetId: 'ETH_TEST5',
	source: { type: 'VAULT_ACCOUNT', id: '0' },
	destination: {
		type: 'ONE_TIME_ADDRESS',
		oneTimeAddress: { address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
	},
	amount: '0.01',
	gasLimit: '21000',
	maxFee: '30',
	priorityFee: '1.5',
	extraParameters: { nodeControls: { nonce: '3' } },
};
const OTHER = '0x3535353535353535353535353535353535353535';

function sign(changes = {}) {
	const tx = Transaction.from({
		type: 2, chainId: 11155111, nonce: 3, gasLimit: 21000, data: '0x',
		to: REQUEST.destination.oneTimeAddress.address, value: parseUnits('0.01', 18),
		maxFeePerGas: parseUnits('30', 9), maxPriorityFeePerGas: parseUnits('1.5', 9), ...changes,
	});

	tx.signature = KEY.sign(tx.unsignedHash);
	return {
		address: new Wallet(KEY).address, publicKey: KEY.publicKey.slice(2), chainId: 11155111,
		rawTransaction: tx.serialized, txHash: tx.hash,
	};
}

// A judge who counts in silence.
class Silent extends Report {
	check(what, ok) {
		if (ok)
			this.passed++;
		else
			this.failed++;
		return ok;
	}
}

const report = new Report();
const good = sign();

function fallsOn(what, result, request = REQUEST) {
	const judge = new Silent();

	verify(judge, result, request);
	report.check(`eth-verify falls: ${what}`, judge.failed > 0);
}

const silent = new Silent();
verify(silent, good, REQUEST);
report.check('eth-verify accepts', silent.failed === 0 && silent.passed === 19, silent.passed);
verify(silent, { ...good, publicKey: SigningKey.computePublicKey(KEY.publicKey, true) }, REQUEST);
report.check('eth-verify accepts a compressed key', silent.failed === 0);
fallsOn('another address', { ...good, address: OTHER });
fallsOn('an address in small letters', { ...good, address: good.address.toLowerCase() });
fallsOn('another hash', { ...good, txHash: `0x${'00'.repeat(32)}` });
fallsOn('another public key',
	{ ...good, publicKey: new SigningKey(`0x${'47'.repeat(32)}`).publicKey });
fallsOn('another chain', sign({ chainId: 1 }));
fallsOn('a cut transaction', { ...good, rawTransaction: good.rawTransaction.slice(0, -2) });
fallsOn('a changed byte',
	{ ...good, rawTransaction: good.rawTransaction.replace('70997970', '71997970') });
fallsOn('another recipient', sign({ to: OTHER }));
fallsOn('another value', sign({ value: 1n }));
fallsOn('another gas limit', sign({ gasLimit: 21001 }));
fallsOn('another max fee', sign({ maxFeePerGas: parseUnits('31', 9) }));
fallsOn('another priority fee', sign({ maxPriorityFeePerGas: parseUnits('1', 9) }));
fallsOn('another nonce', sign({ nonce: 4 }));
fallsOn('calldata', sign({ data: '0x00' }));
fallsOn('an access list', sign({ accessList: [{ address: OTHER, storageKeys: [] }] }));
fallsOn('another type', sign({
	type: 1, gasPrice: 1n, maxFeePerGas: undefined, maxPriorityFeePerGas: undefined,
}));

const node = await startNode();

async function executeFallsOn(what, result) {
	const judge = new Silent();

	await execute(judge, node.provider, result);
	report.check(`eth-execute falls: ${what}`, judge.failed > 0);
}

const executed = new Silent();
await execute(executed, node.provider, good);
report.check('eth-execute accepts', executed.failed === 0 && executed.passed === 9,
	`${executed.passed} passed, ${executed.failed} failed`);
const cheap = new Silent();
await execute(cheap, node.provider,
	sign({ nonce: 8, maxFeePerGas: 100n, maxPriorityFeePerGas: 1n }));
report.check('eth-execute accepts a low fee', cheap.failed === 0);
await executeFallsOn('another chain', sign({ chainId: 5, nonce: 9 }));
await executeFallsOn('too little gas', sign({ gasLimit: 20999, nonce: 9 }));
await executeFallsOn('another hash', { ...sign({ nonce: 9 }), txHash: `0x${'00'.repeat(32)}` });
await executeFallsOn('another address', { ...sign({ nonce: 10 }), address: OTHER });
node.provider.destroy();
node.stop();
report.end();
