// Checks that count: each prints a line when it fails, the last line is "N passed, N failed".
export class Report {
	passed = 0;
	failed = 0;

	check(what, ok, got = '') {
		if (ok) {
			this.passed++;
			return true;
		}
		this.failed++;
		console.error(`FAILED ${what}${got === '' ? '' : `: ${got}`}`);
		return false;
	}

	equal(what, got, want) {
		return this.check(what, got === want, `got ${got}, expected ${want}`);
	}

	// A promise that must be refused; returns the error.
	async refused(what, promise) {
		try {
			const got = await promise;

			this.check(what, false, `accepted: ${JSON.stringify(got)}`);
			return undefined;
		} catch (error) {
			this.check(what, true);
			return error;
		}
	}

	// Says the verdict and ends the program with it.
	end() {
		console.log(`${this.passed} passed, ${this.failed} failed`);
		process.exit(this.failed || !this.passed ? 1 : 0);
	}
}

export function usage(text) {
	console.error(`usage: ${text}`);
	process.exit(64);
}
