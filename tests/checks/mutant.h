/* What tests/checks/bounds puts before every file that it has mutated: a condition C that has a
 * mutant M is TF_MUT(id, C, M). TREFOIL_MUTANT=id switches one on; TREFOIL_MUTANT_REPORT names a
 * file that is told each mutant whose value differs from its original's, once a process. */
#ifndef TF_MUTANT_H
#define TF_MUTANT_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned tf_mut_on;
static const char *tf_mut_report;

__attribute__((constructor)) static void tf_mut_begin(void)
{
	const char *on = getenv("TREFOIL_MUTANT");

	tf_mut_on = on ? (unsigned)strtoul(on, NULL, 10) : 0;
	tf_mut_report = getenv("TREFOIL_MUTANT_REPORT");
}

static bool tf_mut_note(unsigned id, bool original, bool mutant)
{
	static unsigned char noted[65536];
	char line[16];
	int fd, n;

	if (original == mutant || noted[id & 0xffff])
		return original;
	noted[id & 0xffff] = 1;
	fd = open(tf_mut_report, O_WRONLY | O_CREAT | O_APPEND, 0600);
	n = snprintf(line, sizeof(line), "%u\n", id);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		abort();
	close(fd);
	return original;
}

#define TF_MUT(id, original, mutant) \
	(tf_mut_on == (id) ? (bool)(mutant) : !tf_mut_report ? (bool)(original) \
	 : tf_mut_note((id), (bool)(original), (bool)(mutant)))

/* The same where only the one that counts may be evaluated: told is whoever is reached. */
#define TF_MUT_REACHED(id, original, mutant) \
	(tf_mut_on == (id) ? (bool)(mutant) \
	 : (tf_mut_report && tf_mut_note((id), false, true)) || (bool)(original))

#endif
