// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vfio-platformctl: the host's side of assigned platform devices, by hand.
 */
#include <stdio.h>
#include <string.h>
#include "platformctl.h"

static const struct {
    const char *name;
    CtlExit (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    { "dt", ctl_dt, "the guest's device tree node of a device, and why it is "
                    "as it is" },
    { "rules", ctl_rules, "what intercept rules do to a device's registers" },
};

CtlExit ctl_fail(CtlExit code, const char *fmt, ...)
{
    va_list args;

    fputs("vfio-platformctl: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

static CtlExit ctl_help(FILE *to, CtlExit code)
{
    fputs("usage: vfio-platformctl COMMAND [--help] ...\n\ncommands:\n", to);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].what);
    }
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return ctl_help(stderr, CTL_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return ctl_help(stdout, CTL_OK);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return ctl_fail(CTL_USAGE, "no command is called '%s': see "
                    "vfio-platformctl --help", argv[1]);
}
