/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raises interrupts of the device that a QEMU has, for guests/emulated.c: COUNT
 * emulated ones, each when the one before has been taken, then as many of the
 * device's line.
 *
 * usage: vfio_raise ioctl|qmp|reset INDEX COUNT
 *
 * ioctl: by the device's file, which it takes from QEMU, as a vCPU thread of a
 * QEMU would. qmp: by QEMU, over the socket qmp.sock. reset: by ioctl, for
 * guests/emureset.c, and nothing of the line. It says how it went, and waits
 * for SIGTERM.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "linux/vfio_platform_oneshot.h"

/* As in guests/emulated.c. */
#define TAKEN 0x80000000u
#define READY 0xc0000000u
#define DONE 0xd0000000u
#define ABORT 0xe0000000u
#define TIME_BITS 0x7fffffffu

/* PL031 registers */
#define DR 0x00
#define MR 0x04
#define IMSC 0x10
#define RIS 0x14

#define LOOK_US 200
#define LOOKS 20000

static int device = -1, monitor = -1;
static uint32_t raised_index;

static void die(const char *what)
{
    fprintf(stderr, "vfio_raise: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint32_t now(void)
{
    uint64_t v;

    /* Of a host's CPU it is the physical counter. */
    __asm__ volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(v) : : "memory");
    return v & TIME_BITS;
}

static uint32_t get(uint64_t at)
{
    uint32_t value;

    if (pread(device, &value, 4, at) != 4) {
        die("read of a register");
    }
    return value;
}

static void put(uint64_t at, uint32_t value)
{
    if (pwrite(device, &value, 4, at) != 4) {
        die("write of a register");
    }
}

/* ---- QEMU ---- */

/* The first entry of a folder in /proc for which @is is true; or -1. */
static int proc_find(const char *folder, const char *leaf, const char *text)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int found = -1;

    while (dir && found < 0 && (entry = readdir(dir))) {
        char path[512], is[64] = "";
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s%s", folder, entry->d_name, leaf);
        if (!*leaf) {
            if (readlink(path, is, sizeof(is) - 1) < 0) {
                continue;
            }
        } else if ((file = fopen(path, "r"))) {
            if (!fgets(is, sizeof(is), file)) {
                is[0] = '\0';
            }
            fclose(file);
        }
        if (strstr(is, text)) {
            found = atoi(entry->d_name);
        }
    }
    if (dir) {
        closedir(dir);
    }
    return found;
}

/* Its file of the device, as ours. */
static bool take_device(void)
{
    int pid = proc_find("/proc", "/comm", "qemu-system"), pidfd, fd;
    char folder[64];

    if (pid < 0) {
        return false;
    }
    snprintf(folder, sizeof(folder), "/proc/%d/fd", pid);
    fd = proc_find(folder, "", "vfio-device");
    if (fd < 0) {
        return false;
    }
    pidfd = syscall(SYS_pidfd_open, pid, 0);
    device = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
    if (device < 0) {
        die("pidfd_getfd");
    }
    close(pidfd);
    return true;
}

static void monitor_say(const char *json)
{
    char line[4096];
    ssize_t n;

    if (*json && write(monitor, json, strlen(json)) < 0) {
        die("QMP");
    }
    n = read(monitor, line, sizeof(line) - 1);
    line[n > 0 ? n : 0] = '\0';
    if (n <= 0 || strstr(line, "\"error\"")) {
        fprintf(stderr, "vfio_raise: QMP: %s\n", line);
        exit(1);
    }
}

static void monitor_open(void)
{
    struct sockaddr_un addr = { AF_UNIX, "qmp.sock" };

    monitor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(monitor, (struct sockaddr *)&addr, sizeof(addr))) {
        die(addr.sun_path);
    }
    monitor_say("");
    monitor_say("{\"execute\": \"qmp_capabilities\"}\n");
}

/* ---- raising ---- */

static void by_ioctl(void)
{
    struct {
        struct vfio_device_feature head;
        struct vfio_platform_oneshot_signal signal;
    } f = {
        { .argsz = sizeof(f), .flags = VFIO_DEVICE_FEATURE_SET |
                                       VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL },
        { .index = raised_index },
    };

    put(MR, now());
    if (ioctl(device, VFIO_DEVICE_FEATURE, &f) < 0) {
        die("VFIO_DEVICE_FEATURE_ONESHOT_SIGNAL");
    }
}

static void by_qmp(void)
{
    char json[256];

    snprintf(json, sizeof(json), "{\"execute\": \"qom-set\", \"arguments\": "
             "{\"path\": \"/machine/peripheral/dut0\", \"property\": "
             "\"send-signal\", \"value\": %u}}\n", raised_index);
    put(MR, now());
    monitor_say(json);
}

/* The alarm rings with the device's line masked, and is let through then. */
static void by_line(void)
{
    do {
        put(MR, get(DR));
    } while (!(get(RIS) & 1));
    put(MR, now());
    put(IMSC, 1);
}

static bool wait_for(uint32_t what, uint32_t or_what)
{
    for (int i = 0; i < LOOKS; i++) {
        uint32_t is = get(MR);

        if (is == what || is == or_what) {
            return true;
        }
        usleep(LOOK_US);
    }
    return false;
}

/* How many the guest has not taken; @then is what it says after the last. */
static long raise_all(void (*raise_one)(void), long count, uint32_t then)
{
    if (!wait_for(READY, READY)) {
        fprintf(stderr, "vfio_raise: the guest is not ready\n");
        exit(1);
    }
    for (long i = 1; i <= count; i++) {
        raise_one();
        if (!wait_for(TAKEN | i, i == count ? then : TAKEN | i)) {
            put(MR, ABORT);
            return count - i + 1;
        }
    }
    return 0;
}

/* Each is taken by a guest that counts from 1 anew. */
static long reset_all(long count)
{
    long worked = 0;

    if (!wait_for(READY, READY)) {
        fprintf(stderr, "vfio_raise: the guest is not ready\n");
        exit(1);
    }
    while (worked < count) {
        by_ioctl();
        if (!wait_for(TAKEN | 1, TAKEN | 1)) {
            break;
        }
        worked++;
    }
    put(MR, ABORT);
    return worked;
}

static void end(int signal)
{
    _exit(signal == SIGTERM ? 0 : 1);
}

int main(int argc, char **argv)
{
    bool qmp = argc == 4 && !strcmp(argv[1], "qmp");
    long count;

    if (argc != 4) {
        fprintf(stderr, "usage: vfio_raise ioctl|qmp|reset INDEX COUNT\n");
        return 2;
    }
    raised_index = atoi(argv[2]);
    count = atol(argv[3]);
    while (!take_device()) {
        usleep(LOOK_US);
    }
    if (qmp) {
        monitor_open();
    }
    if (!strcmp(argv[1], "reset")) {
        printf("rounds=%ld\nworked=%ld\n", count, reset_all(count));
    } else {
        printf("not_taken=%ld\n",
               raise_all(qmp ? by_qmp : by_ioctl, count, READY));
        printf("not_taken_line=%ld\n", raise_all(by_line, count, DONE));
    }
    fflush(stdout);
    signal(SIGTERM, end);
    for (;;) {
        pause();
    }
}
