#include "base/fault.h"

#include <string.h>
#ifdef TF_TESTING
#include <stdlib.h>
#endif

static const tf_check all_checks[] = {
#define TF_CHECK(number, id, text) TF_CK_##id,
#include "base/checks.def"
#undef TF_CHECK
};

void tf_fault_at(tf_fault *fault, unsigned party, unsigned round)
{
	if (!fault)
		return;
	memset(fault, 0, sizeof(*fault));
	fault->party = (uint16_t)party;
	fault->round = (uint16_t)round;
}

const char *tf_check_name(tf_check check)
{
	switch (check) {
	case TF_CK_NONE: return "NONE";
#define TF_CHECK(number, id, text) case TF_CK_##id: return #id;
#include "base/checks.def"
#undef TF_CHECK
	}
	return "?";
}

const char *tf_check_text(tf_check check)
{
	switch (check) {
	case TF_CK_NONE: return "no check";
#define TF_CHECK(number, id, text) case TF_CK_##id: return text;
#include "base/checks.def"
#undef TF_CHECK
	}
	return "?";
}

const tf_check *tf_check_list(unsigned *n)
{
	*n = (unsigned)TF_ARRAY_LEN(all_checks);
	return all_checks;
}

#ifdef TF_TESTING
#define TF_CHECK_MAX 1024
static unsigned switched_off;
static unsigned refusals[TF_CHECK_MAX];

__attribute__((constructor)) static void read_environment(void)
{
	const char *s = getenv("TREFOIL_CHECK_OFF");

	if (s)
		switched_off = (unsigned)strtoul(s, NULL, 10);
}

void tf_check_switch_off(tf_check check)
{
	switched_off = (unsigned)check;
}

unsigned tf_check_refusals(tf_check check)
{
	return (unsigned)check < TF_CHECK_MAX ? refusals[check] : 0;
}
#endif

bool tf_holds(tf_fault *fault, tf_check check, bool condition)
{
	if (condition)
		return true;
#ifdef TF_TESTING
	if (switched_off == (unsigned)check)
		return true;
	if ((unsigned)check < TF_CHECK_MAX)
		__atomic_fetch_add(&refusals[check], 1, __ATOMIC_RELAXED);
#endif
	if (fault)
		fault->check = check;
	return false;
}
