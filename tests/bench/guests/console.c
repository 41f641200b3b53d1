/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output on the PL011 of QEMU's `virt` machine. */
#include "guest.h"

/* Constant in `virt`; not from the tree, so that a bad tree can be reported. */
#define UART 0x09000000

static void put_char(char c)
{
    write32(UART, (u8)c);
}

void put_string(const char *s)
{
    while (*s) {
        put_char(*s++);
    }
}

static void put_number(u64 v, u32 base)
{
    char buf[24];
    u32 n = 0;

    do {
        buf[n++] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    while (n) {
        put_char(buf[--n]);
    }
}

void put_decimal(u64 v)
{
    put_number(v, 10);
}

void put_hex(u64 v)
{
    put_string("0x");
    put_number(v, 16);
}

void put_result(const char *key, u64 v)
{
    put_char(' ');
    put_string(key);
    put_char('=');
    put_decimal(v);
}

void fail(const char *why)
{
    put_string("\n@guest-failed ");
    put_string(why);
    put_char('\n');
    system_off();
}
