// A hardhat node in a process of its own, on a free port of a loopback address.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JsonRpcProvider } from 'ethers';

const HERE = dirname(fileURLToPath(import.meta.url));
const START_MS = 90000;

function freePort(host) {
	return new Promise((resolve, reject) => {
		const server = createServer();

		server.on('error', reject);
		server.listen(0, host, () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

// Until it says that it listens; its words if it does not.
function started(child) {
	return new Promise((resolve, reject) => {
		let words = '';
		const timer = setTimeout(() => reject(new Error(`no node after ${START_MS} ms: ${words}`)),
			START_MS);
		const hear = (chunk) => {
			words += chunk;
			if (words.includes('Started HTTP and WebSocket JSON-RPC server')) {
				clearTimeout(timer);
				resolve();
			}
		};

		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
		child.on('exit', (code) => {
			clearTimeout(timer);
			reject(new Error(`the node ended with ${code}: ${words}`));
		});
	});
}

// {provider, stop}; the process dies with ours.
export async function startNode(host = '127.0.0.1') {
	const port = await freePort(host);
	const child = spawn(process.execPath, [join(HERE, 'node_modules/hardhat/internal/cli/cli.js'),
		'node', '--hostname', host, '--port', String(port)], {
		cwd: HERE,
		env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', CI: 'true' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const stop = () => child.kill('SIGKILL');

	process.on('exit', stop);
	try {
		await started(child);
	} catch (error) {
		stop();
		throw error;
	}
	child.removeAllListeners('exit');
	return {
		provider: new JsonRpcProvider(`http://${host}:${port}`, undefined,
			{ cacheTimeout: -1, polling: true, pollingInterval: 100 }),
		stop,
	};
}
