/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into QEMU: writes what files are open when it exits, one a line,
 * into the file that FDCENSUS names; numbers are left out, so that two runs
 * can be compared.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_kind(FILE *out, const char *fd)
{
    char path[64], kind[256];
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/self/fd/%s", fd);
    n = readlink(path, kind, sizeof(kind) - 1);
    if (n < 0) {
        return;
    }
    kind[n] = 0;
    /* "socket:[123]", "pipe:[123]": the inode number differs every time */
    if (!strncmp(kind, "socket:", 7) || !strncmp(kind, "pipe:", 5)) {
        *strchr(kind, ':') = 0;
    }
    fprintf(out, "%s\n", kind);
}

__attribute__((destructor)) static void census(void)
{
    const char *name = getenv("FDCENSUS");
    struct dirent *e;
    FILE *out;
    DIR *dir;

    if (!name) {
        return;
    }
    /* The directory first, so that neither of the two is in the list twice. */
    dir = opendir("/proc/self/fd");
    out = fopen(name, "w");
    if (!dir || !out) {
        return;
    }
    while ((e = readdir(dir))) {
        int fd = atoi(e->d_name);

        if (e->d_name[0] != '.' && fd != dirfd(dir) && fd != fileno(out)) {
            write_kind(out, e->d_name);
        }
    }
    fclose(out);
    closedir(dir);
}
