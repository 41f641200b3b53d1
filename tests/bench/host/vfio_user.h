/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of vfio_user share. */
#ifndef BENCH_VFIO_USER_H
#define BENCH_VFIO_USER_H

typedef struct Request {
    const char *device;
    const char *arg;
} Request;

/* Tells stderr of errno; 1. */
int failed(const char *what);

/* vfio_user_share.c */
int visits(const Request *r);

#endif
