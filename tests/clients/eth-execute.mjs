// An Ethereum node executes a signed transaction: does the chain accept it, and does exactly the
// right balance move?
//
// The node is hardhat's, on loopback, with Sepolia's chain id. The sender is given just enough.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Transaction, toQuantity } from 'ethers';
import { startNode } from './node.mjs';
import { Report, usage } from './report.mjs';

const WAIT_MS = 60000;

// The sender gets what the transaction can cost at most, not one wei more, and its nonce.
async function prepare(provider, tx) {
	const funds = tx.value + tx.gasLimit * tx.maxFeePerGas;
	const { baseFeePerGas } = await provider.getBlock('latest');

	await provider.send('hardhat_setBalance', [tx.from, toQuantity(funds)]);
	await provider.send('hardhat_setNonce', [tx.from, toQuantity(tx.nonce)]);
	if (tx.maxFeePerGas < baseFeePerGas)
		await provider.send('hardhat_setNextBlockBaseFeePerGas', [toQuantity(tx.maxFeePerGas)]);
	return funds;
}

export async function execute(report, provider, result) {
	const raw = result.rawTransaction;
	const tx = Transaction.from(raw.startsWith('0x') ? raw : `0x${raw}`);
	const funds = await prepare(provider, tx);
	const before = await provider.getBalance(tx.to);
	let receipt;

	try {
		const sent = await provider.broadcastTransaction(tx.serialized);

		report.equal('hash according to the node', sent.hash.slice(2),
			result.txHash.replace(/^0x/, ''));
		receipt = await provider.waitForTransaction(sent.hash, 1, WAIT_MS);
	} catch (error) {
		report.check('the node accepts the transaction', false, error.message);
		return;
	}
	report.equal('status', receipt.status, 1);
	report.equal('sender according to the node', receipt.from, result.address);
	report.equal('recipient according to the node', receipt.to, tx.to);
	report.equal('moved to the recipient', await provider.getBalance(tx.to) - before, tx.value);
	report.equal('left with the sender', await provider.getBalance(tx.from),
		funds - tx.value - receipt.gasUsed * receipt.gasPrice);
	report.check('paid no more than the max fee', receipt.gasPrice <= tx.maxFeePerGas);
	report.equal('next nonce', await provider.getTransactionCount(tx.from), tx.nonce + 1);
	await report.refused('the same transaction again',
		provider.send('eth_sendRawTransaction', [tx.serialized]));
}

async function main() {
	const [file, ...rest] = process.argv.slice(2);
	const report = new Report();

	if (!file || rest.length)
		usage('eth-execute.mjs RESULT.json');
	const result = JSON.parse(readFileSync(file, 'utf8'));
	const node = await startNode();

	try {
		report.equal('chain id', (await node.provider.getNetwork()).chainId, 11155111n);
		await execute(report, node.provider, result);
	} catch (error) {
		report.check('the transaction can be executed', false, error.message);
	}
	node.provider.destroy();
	node.stop();
	report.end();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	await main();
