/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platformctl: what its subcommands share.
 */
#ifndef PLATFORMCTL_H
#define PLATFORMCTL_H

#include <glib.h>
#include "vpo-dt.h"

/* Exit codes. */
typedef enum CtlExit {
    CTL_OK = 0,
    CTL_REFUSED = 1, /* asked for what cannot be */
    CTL_USAGE = 2,   /* not understood, or a file cannot be read */
} CtlExit;

/* "vfio-platformctl: " and the sentence, on stderr; returns @code. */
CtlExit ctl_fail(CtlExit code, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* A subcommand: argv[0] is its name. */
CtlExit ctl_dt(int argc, char **argv);
CtlExit ctl_rules(int argc, char **argv);

/* ---- platformctl-host.c: whose tree is looked at ---- */

typedef struct CtlHost {
    char *sysfs; /* NULL of a blob */
    VpoTree *tree;
} CtlHost;

/* A blob, or the live tree below @sysfs. */
bool ctl_host_open(CtlHost *host, const char *dtb, const char *sysfs,
                   char **error);
void ctl_host_close(CtlHost *host);
/* The path of a device's node: a path, or a device's name on a live system. */
char *ctl_host_node(const CtlHost *host, const char *name, char **error);

/* ---- platformctl-dts.c ---- */

/* What a guest has of its own: root, cells, interrupt controller. */
void *ctl_dts_guest(size_t room);

/*
 * The nodes of these reports and what they need of the guest's tree, as a
 * source file that dtc compiles. g_free() it.
 */
char *ctl_dts_print(const void *fdt, const VpoDtDevice *devs, unsigned n);

#endif
