// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a reset rule; pure, so that user space can test it.
 *
 *   RULE = STEP { "/" STEP }
 *   STEP = REGION ":" OFFSET "=" VALUE			write
 *	  | REGION ":" OFFSET ":" MASK [ ":" VALUE ] [ "@" MS ]	wait until
 *		(register & MASK) == VALUE; VALUE is 0 and MS 100 if left out
 *
 * Numbers are decimal, or hexadecimal with 0x. Registers are of 32 bits.
 */
#include "reset_rule.h"

struct vpo_cursor {
	const char *at;
	const char *end;
};

static int vpo_rule_digit(char c, unsigned int base)
{
	unsigned int digit = base;

	if (c >= '0' && c <= '9')
		digit = c - '0';
	else if (c >= 'a' && c <= 'f')
		digit = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		digit = c - 'A' + 10;
	return digit < base ? (int)digit : -1;
}

/* A number of at most @most; returns NULL, or what is wrong. */
static const char *vpo_rule_number(struct vpo_cursor *c, __u64 most,
				   __u64 *number)
{
	unsigned int base = 10;
	const char *first;
	__u64 n = 0;
	int digit;

	if (c->end - c->at > 2 && c->at[0] == '0' &&
	    (c->at[1] == 'x' || c->at[1] == 'X')) {
		base = 16;
		c->at += 2;
	}
	for (first = c->at; c->at < c->end; c->at++) {
		digit = vpo_rule_digit(*c->at, base);
		if (digit < 0)
			break;
		if (n > (most - digit) / base)
			return "a number is too large";
		n = n * base + digit;
	}
	*number = n;
	return c->at == first ? "a number is missing" : NULL;
}

static const char *vpo_rule_u32(struct vpo_cursor *c, __u32 most, __u32 *number)
{
	const char *wrong;
	__u64 n = 0;

	wrong = vpo_rule_number(c, most, &n);
	*number = n;
	return wrong;
}

static int vpo_rule_skip(struct vpo_cursor *c, char what)
{
	if (c->at == c->end || *c->at != what)
		return 0;
	c->at++;
	return 1;
}

/* What stands behind "REGION:OFFSET:". */
static const char *vpo_rule_wait(struct vpo_cursor *c,
				 struct vpo_rule_step *step)
{
	const char *wrong = vpo_rule_u32(c, ~0U, &step->mask);

	if (!wrong && vpo_rule_skip(c, ':'))
		wrong = vpo_rule_u32(c, ~0U, &step->value);
	step->wait_ms = VPO_RULE_WAIT_MS;
	if (!wrong && vpo_rule_skip(c, '@'))
		wrong = vpo_rule_u32(c, VPO_RULE_WAIT_MOST, &step->wait_ms);
	if (wrong)
		return wrong;
	if (!step->mask)
		return "a mask is 0";
	if (step->value & ~step->mask)
		return "a value has bits that are not in its mask";
	return step->wait_ms ? NULL : "a time is 0";
}

static const char *vpo_rule_step(struct vpo_cursor *c,
				 struct vpo_rule_step *step)
{
	const char *wrong;

	*step = (struct vpo_rule_step){ 0 };
	wrong = vpo_rule_u32(c, ~0U, &step->region);
	if (wrong)
		return wrong;
	if (!vpo_rule_skip(c, ':'))
		return "':' is missing between region and offset";
	wrong = vpo_rule_number(c, ~0ULL, &step->offset);
	if (wrong)
		return wrong;
	if (step->offset % 4)
		return "an offset is not a multiple of 4";
	if (vpo_rule_skip(c, '='))
		return vpo_rule_u32(c, ~0U, &step->value);
	if (vpo_rule_skip(c, ':'))
		return vpo_rule_wait(c, step);
	return "'=' or ':' is missing behind an offset";
}

/**
 * vpo_rule_parse - read a rule, whole
 * @text: its first character
 * @end: behind its last one
 * @rule: where it goes; of no use after a failure
 *
 * Return: NULL, or what is wrong, for a message.
 */
const char *vpo_rule_parse(const char *text, const char *end,
			   struct vpo_rule *rule)
{
	struct vpo_cursor c = { text, end };
	const char *wrong;

	rule->num = 0;
	do {
		if (rule->num == VPO_RULE_STEPS)
			return "it has more than 16 steps";
		wrong = vpo_rule_step(&c, &rule->steps[rule->num++]);
		if (wrong)
			return wrong;
	} while (vpo_rule_skip(&c, '/'));
	return c.at == c.end ? NULL : "something is left over behind a step";
}
