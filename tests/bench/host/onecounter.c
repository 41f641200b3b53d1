/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into QEMU: its guests' counters are the host's, so that a time of
 * the host's can be compared with one of a guest's. From Linux 6.4 on KVM has a
 * call for that; before, the guest's physical counter is the host's anyway.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <unistd.h>
#include <linux/ioctl.h>
#include <sys/syscall.h>

/* From <linux/kvm.h> of 6.4, for older headers. */
#define CREATE_VM _IO(0xae, 0x01)
#define SET_COUNTER_OFFSET _IOW(0xae, 0xb5, struct counter_offset)

struct counter_offset {
    unsigned long long counter_offset, reserved;
};

int ioctl(int fd, unsigned long request, ...)
{
    struct counter_offset none = { 0, 0 };
    va_list ap;
    void *arg;
    int ret;

    va_start(ap, request);
    arg = va_arg(ap, void *);
    va_end(ap);
    ret = syscall(SYS_ioctl, fd, request, arg);
    if (request == CREATE_VM && ret >= 0) {
        syscall(SYS_ioctl, ret, SET_COUNTER_OFFSET, &none);
    }
    return ret;
}
