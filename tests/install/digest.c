/* A program of somebody else's: Keccak-256 of nothing, through the installed library. */
#include <stdio.h>

#include "base/keccak.h"
#include "proto/rounds.h"

int main(void)
{
	uint8_t digest[32];

	tf_keccak256(digest, "", 0);
	for (unsigned i = 0; i < sizeof(digest); i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return 0;
}
