// ethers looks at a signed transaction: does it parse, who signed it, and is it what was asked for?
//
// RESULT.json is what make demo writes: {address, publicKey, chainId, rawTransaction, txHash, ...}.
// REQUEST.json (optional) is the body of POST /v1/transactions that it should answer.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Transaction, SigningKey, computeAddress, getAddress, parseUnits } from 'ethers';
import { Report, usage } from './report.mjs';

// Order of secp256k1, halved: a larger s is refused by the chain (EIP-2).
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

const hex = (text) => (text.startsWith('0x') ? text : `0x${text}`);

// An uncompressed key may come with or without its first byte.
function wholeKey(text) {
	const key = hex(text);

	return SigningKey.computePublicKey(key.length === 130 ? `0x04${key.slice(2)}` : key, false);
}

function checkResult(report, tx, result) {
	report.check('the transaction is signed', tx.isSigned());
	report.equal('serialised again, the bytes are the same', tx.serialized,
		hex(result.rawTransaction));
	report.equal('transaction hash', tx.hash, hex(result.txHash));
	report.equal('chain id', tx.chainId, BigInt(result.chainId));
	report.equal('EIP-55 form of the address', getAddress(result.address), result.address);
	report.equal('recovered sender', tx.from, result.address);
	report.equal('recovered public key', tx.fromPublicKey, wholeKey(result.publicKey));
	report.equal('address of the public key', computeAddress(wholeKey(result.publicKey)),
		result.address);
	report.check('s is low', BigInt(tx.signature.s) <= HALF_ORDER, tx.signature.s);
}

function checkRequest(report, tx, request) {
	const { gasLimit, maxFee, priorityFee } = request;
	const nonce = request.extraParameters?.nodeControls?.nonce;

	report.equal('type', tx.type, 2);
	report.equal('recipient', tx.to, getAddress(request.destination.oneTimeAddress.address));
	report.equal('value', tx.value, parseUnits(String(request.amount), 18));
	report.equal('calldata', tx.data, '0x');
	report.equal('access list', tx.accessList.length, 0);
	if (gasLimit !== undefined)
		report.equal('gas limit', tx.gasLimit, BigInt(gasLimit));
	if (maxFee !== undefined)
		report.equal('max fee', tx.maxFeePerGas, parseUnits(String(maxFee), 9));
	if (priorityFee !== undefined)
		report.equal('priority fee', tx.maxPriorityFeePerGas, parseUnits(String(priorityFee), 9));
	if (nonce !== undefined)
		report.equal('nonce', tx.nonce, Number(nonce));
}

export function verify(report, result, request) {
	let tx;

	try {
		tx = Transaction.from(hex(result.rawTransaction));
	} catch (error) {
		report.check('ethers parses the transaction', false, error.message);
		return;
	}
	report.check('ethers parses the transaction', true);
	checkResult(report, tx, result);
	if (request)
		checkRequest(report, tx, request);
}

function main() {
	const [resultFile, requestFile, ...rest] = process.argv.slice(2);
	const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
	const report = new Report();

	if (!resultFile || rest.length)
		usage('eth-verify.mjs RESULT.json [REQUEST.json]');
	verify(report, read(resultFile), requestFile && read(requestFile));
	report.end();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	main();
