/* Randomness that repeats: row 41. What src/daemon/osrng.c asks of the kernel and of OpenSSL is
 * answered here; everybody else in this program gets the kernel's. */
#include <errno.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attacks/attacks.h"
#include "daemon/osrng.h"

typedef enum manner {
	HONEST = 0,  /* a counter, hashed */
	REPEATS,     /* the same bytes again at every call */
	CONSTANT,
	TURNS,       /* fine once, and constant from then on */
	FAILS,
} manner;

static struct {
	bool ours;
	manner kernel, drbg;
	bool alike;           /* both sources say the same */
	unsigned interrupted; /* so many calls of the kernel's, first */
	size_t most;          /* bytes that it gives at once; 0: all */
	uint64_t calls[2];
	uint64_t fails_after; /* calls of each; 0: never */
} now;

static bool answer(uint8_t *out, size_t len, unsigned source, manner how)
{
	uint64_t seed[3] = { now.alike ? 7 : source, now.calls[source]++, 0 };
	uint8_t block[32];

	if (how == FAILS || (now.fails_after && now.calls[source] > now.fails_after))
		return false;
	if (how == CONSTANT || (how == TURNS && seed[1] > 0)) {
		memset(out, 0x5a, len);
		return true;
	}
	if (how == REPEATS)
		seed[1] = 0;
	for (size_t i = 0; i < len; i++) {
		if (i % sizeof(block) == 0) {
			tf_shake256_hash(block, seed, sizeof(seed));
			seed[2]++;
		}
		out[i] = block[i % sizeof(block)];
	}
	return true;
}

ssize_t getrandom(void *out, size_t len, unsigned flags)
{
	if (!now.ours)
		return syscall(SYS_getrandom, out, len, flags);
	if (now.interrupted > 0) {
		now.interrupted--;
		errno = EINTR;
		return -1;
	}
	if (now.most > 0 && len > now.most)
		len = now.most;
	errno = EIO;
	return answer(out, len, 0, now.kernel) ? (ssize_t)len : -1;
}

int RAND_priv_bytes(unsigned char *out, int len)
{
	return answer(out, (size_t)len, 1, now.drbg);
}

static void refused(manner kernel, manner drbg, bool alike)
{
	tf_rng rng = { 0 };

	memset(&now, 0, sizeof(now));
	now.ours = true;
	now.kernel = kernel;
	now.drbg = drbg;
	now.alike = alike;
	CHECK_ERR(tf_osrng_init(&rng), TF_E_ENTROPY);
	CHECK(rng.fill == NULL);
}

static void started(tf_rng *rng)
{
	memset(&now, 0, sizeof(now));
	now.ours = true;
	now.interrupted = 3;
	now.most = 24;
	CHECK_OK(tf_osrng_init(rng));
}

/* Of 700 bytes, three blocks, nothing is left if a source fails at the last. */
static void nothing_is_left(void)
{
	uint8_t out[700];
	tf_rng rng;

	started(&rng);
	now.most = 0;
	now.calls[0] = now.calls[1] = 0;
	now.fails_after = 2;
	memset(out, 1, sizeof(out));
	CHECK_ERR(tf_rng_bytes(&rng, out, sizeof(out)), TF_E_ENTROPY);
	for (size_t i = 0; i < sizeof(out); i++)
		CHECK(out[i] == 0);
}

/* Either source may turn bad afterwards: the other one is still in every byte. */
static void other_half_counts(manner kernel, manner drbg)
{
	uint8_t a[64], b[64];
	tf_rng rng;

	started(&rng);
	now.kernel = kernel;
	now.drbg = drbg;
	CHECK_OK(tf_rng_bytes(&rng, a, sizeof(a)));
	CHECK_OK(tf_rng_bytes(&rng, b, sizeof(b)));
	for (size_t i = 0; i < sizeof(a); i += 8)
		CHECK(memcmp(a + i, b + i, 8) != 0);
}

ATTACK(41c, "repeating-randomness",
       "the kernel's randomness repeats, or OpenSSL's, or both, or both say the same, or one byte"
       " over and over; or one of them fails while it is drawn from",
       "no program starts: TF_E_ENTROPY; what fails later leaves nothing of what was drawn, and"
       " one source that turns bad later is outweighed by the other")
{
	refused(REPEATS, HONEST, false);
	refused(HONEST, REPEATS, false);
	refused(REPEATS, REPEATS, false);
	refused(HONEST, HONEST, true);
	refused(CONSTANT, HONEST, false);
	refused(HONEST, CONSTANT, false);
	refused(TURNS, HONEST, false);
	refused(HONEST, TURNS, false);
	refused(FAILS, HONEST, false);
	refused(HONEST, FAILS, false);
	nothing_is_left();
	other_half_counts(REPEATS, HONEST);
	other_half_counts(HONEST, REPEATS);
	other_half_counts(CONSTANT, HONEST);
	other_half_counts(HONEST, CONSTANT);
	now.ours = false;
}
