/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU with a made-up host, for the tests of vfio-platform-oneshot: its
 * sysfs and device tree in a folder, its kernel inside of QEMU.
 */
#ifndef TESTS_QTEST_VPO_FAKE_H
#define TESTS_QTEST_VPO_FAKE_H

#include "libqtest.h"
#if QEMU_VERSION_MAJOR >= 10
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#else
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#endif

/* Bits of the fake host's kvm=. */
#define FAKE_KVM_IRQFD (1 | 2)
#define FAKE_KVM_RESAMPLEFD (FAKE_KVM_IRQFD | 4)
#define FAKE_KVM_ALL (FAKE_KVM_RESAMPLEFD | 8)

/* Bits of modes=. */
#define FAKE_AUTOMASK (1 << 0)
#define FAKE_HOLD (1 << 1)
#define FAKE_THREADED (1 << 2)
#define FAKE_FORWARDED (1 << 3)
#define FAKE_EDGE (1 << 4)
#define FAKE_POLLED (1 << 5)

#define FAKE_DEVICE "9000.serial"

/* For fd= and iommufd=io, which QEMU 7.2 does not have. */
#if QEMU_VERSION_MAJOR >= 10
#define FAKE_IOMMUFD "-object iommufd,id=io "
#else
#define FAKE_IOMMUFD ""
#endif

typedef struct Fake {
    char *root;     /* the host's files */
    char *messages; /* what QEMU has written to stderr, in this file */
    QTestState *qts;
} Fake;

/*
 * The host's files: a device of this name in sysfs, with its node, that has so
 * many registers and interrupts, and is bound to a VFIO driver.
 */
void fake_init(Fake *f);
void fake_add_device(Fake *f, const char *name, unsigned int regions,
                     unsigned int irqs);
/* A file, a folder (@text NULL) or a link below the host's root. */
void fake_put(Fake *f, const char *name, const char *text);
void fake_link(Fake *f, const char *name, const char *target);
void fake_remove(Fake *f, const char *name);

/*
 * Start QEMU, stopped, with a host that has one device of one register page
 * and one level interrupt; @host and @device are further properties, either
 * may be NULL; without @device (an empty string is one) none is assigned.
 */
void fake_boot(Fake *f, const char *host, const char *device);
void fake_bootf(Fake *f, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void fake_quit(Fake *f);

/* All of it: fake_init(), a device, fake_boot(). */
void fake_up(Fake *f, const char *host, const char *device);

/* ---- QMP; the caller frees strings with g_free() ---- */

QDict *fake_qmp(Fake *f, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* The text of the error that must come; or "" */
char *fake_qmp_error(Fake *f, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
char *fake_get(Fake *f, const char *path, const char *name);
void fake_set(Fake *f, const char *path, const char *name, const char *value);
void fake_cont(Fake *f);
void fake_stop(Fake *f);
void fake_reset(Fake *f);

/* Of the host "h" and of the device "d". */
char *fake_host_get(Fake *f, const char *name);
void fake_host_set(Fake *f, const char *name, const char *value);
char *fake_device_get(Fake *f, const char *name);
/* Assert the whole value, or a part of it. */
void fake_device_is(Fake *f, const char *name, const char *value);
void fake_host_has(Fake *f, const char *name, const char *part);
void fake_host_lacks(Fake *f, const char *name, const char *part);

/*
 * Start a device in the QEMU that runs: the error, or "" if it has started.
 * Options as after -device, without the type.
 */
char *fake_start(Fake *f, const char *options);

/* The host's device raises or lowers its first line. */
void fake_line(Fake *f, bool high);
/* The guest ends an interrupt that KVM has injected. */
void fake_eoi(Fake *f, unsigned int spi);
/* The guest's time goes on. */
void fake_clock(Fake *f, int64_t ns);
/* Of the first line's irq-counts. */
int64_t fake_count(Fake *f, const char *name);

/* All that QEMU has written to stderr so far. */
char *fake_messages(Fake *f);

/* Those from a place on. */
size_t fake_message_place(Fake *f);
char *fake_messages_from(Fake *f, size_t place);

/* Were all calls made that the host's fail= has named? */
bool fake_failed(Fake *f);
/* Does KVM inject the interrupts of the device? */
bool fake_irqfd(Fake *f);
/* QEMU's file descriptors, and its mappings of the host's device. */
unsigned int fake_fds(Fake *f);
unsigned int fake_maps(Fake *f);

/* The machine's device tree; also in file "dtb" of the host's. */
void *fake_dump_tree(Fake *f);

/* The first address of the device's region @i. */
uint64_t fake_addr(Fake *f, unsigned int i);

/* ---- the guest's GICv2 ---- */

/* Enable an interrupt, level or edge; the first SPI of the platform bus is 0 */
void fake_gic_enable(Fake *f, unsigned int spi, bool level);
bool fake_gic_pending(Fake *f, unsigned int spi);
/* Wait for it, or see that it does not come. */
void fake_gic_await(Fake *f, unsigned int spi, bool pending);
void fake_gic_stays(Fake *f, unsigned int spi, bool pending);
/* Take what an edge has left. */
void fake_gic_clear(Fake *f, unsigned int spi);

/* Let everything that is ready in QEMU's main loop happen. */
void fake_settle(Fake *f);

#endif
