/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a VFIO platform device everything that its driver promises.
 *
 * usage: vfio_probe NAME     NAME as in /sys/bus/{platform,amba}/devices
 *
 * Prints one `ok N - rule` or `not ok N - rule: …` for each rule, `# SKIP why`
 * where the device cannot show it, and the plan `1..N` at the end. The exit
 * code is 0 if all is well, 1 if a rule is broken, 2 if the device cannot be
 * opened. The answers expected are mainline vfio-platform's. What needs known
 * registers runs on a PrimeCell, and raising the line on a PL031 only.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "vfio.h"
#include "vfio_probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BAD_INDEX 0x7fff

bool probe_result(Probe *p, bool pass, const char *fmt, ...)
{
    va_list ap;

    printf("%s %u - ", pass ? "ok" : "not ok", ++p->tests);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    p->failed += !pass;
    return pass;
}

void probe_skip(Probe *p, const char *what, const char *why)
{
    printf("ok %u - %s # SKIP %s\n", ++p->tests, what, why);
}

/* A call's outcome: the value wanted, or a negative errno. */
static void check_call(Probe *p, const char *name, long ret, int err,
                       long want)
{
    long got = ret < 0 ? -err : ret;

    if (got == want) {
        probe_result(p, true, "%s", name);
    } else {
        probe_result(p, false, "%s: got %ld, want %ld", name, got, want);
    }
}

int probe_open(Probe *p)
{
    VfioFiles files;
    int err = vfio_open(p->name, &files);

    p->fd = files.fd;
    p->group = files.group;
    p->container = files.container;
    return err;
}

void probe_close(Probe *p)
{
    VfioFiles files = { p->group, p->container, p->fd };

    vfio_close(&files);
    p->fd = p->group = p->container = -1;
}

uint32_t probe_read32(Probe *p, uint64_t off)
{
    uint32_t value = 0;

    if (pread(p->fd, &value, 4, PROBE_OFFSET(0, off)) != 4) {
        probe_result(p, false, "read of register 0x%lx: %s",
                     (unsigned long)off, strerror(errno));
    }
    return value;
}

void probe_write32(Probe *p, uint64_t off, uint32_t value)
{
    if (pwrite(p->fd, &value, 4, PROBE_OFFSET(0, off)) != 4) {
        probe_result(p, false, "write of register 0x%lx: %s",
                     (unsigned long)off, strerror(errno));
    }
}

bool probe_is_primecell(Probe *p)
{
    static const uint8_t cid[] = { 0x0d, 0xf0, 0x05, 0xb1 };

    if (p->region.size < 0x1000) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(cid); i++) {
        if (probe_read32(p, p->region.size - PRIMECELL_CID + 4 * i) !=
            cid[i]) {
            return false;
        }
    }
    return true;
}

bool probe_is_pl031(Probe *p)
{
    return probe_is_primecell(p) &&
           probe_read32(p, p->region.size - PRIMECELL_PID) == PL031_PART;
}

/*
 * The three questions, asked well and badly. The structs of all begin with
 * argsz and flags; @index is where two of them have it.
 */
static void probe_infos(Probe *p)
{
    static const struct {
        const char *name;
        unsigned long request;
        uint32_t argsz, index;
        long want;
    } rows[] = {
        { "GET_INFO: argsz too small", VFIO_DEVICE_GET_INFO, 15, 0, -EINVAL },
        { "GET_INFO: argsz exact", VFIO_DEVICE_GET_INFO, 16, 0, 0 },
        { "GET_INFO: argsz larger", VFIO_DEVICE_GET_INFO, 64, 0, 0 },
        { "GET_REGION_INFO: argsz too small",
          VFIO_DEVICE_GET_REGION_INFO, 31, 0, -EINVAL },
        { "GET_REGION_INFO: no such region",
          VFIO_DEVICE_GET_REGION_INFO, 32, BAD_INDEX, -EINVAL },
        { "GET_REGION_INFO: last index",
          VFIO_DEVICE_GET_REGION_INFO, 32, UINT32_MAX, -EINVAL },
        { "GET_IRQ_INFO: argsz too small",
          VFIO_DEVICE_GET_IRQ_INFO, 15, 0, -EINVAL },
        { "GET_IRQ_INFO: no such interrupt",
          VFIO_DEVICE_GET_IRQ_INFO, 16, BAD_INDEX, -EINVAL },
        { "an ioctl that platform devices lack",
          VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, 64, 0, -ENOTTY },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint32_t arg[16] = { rows[i].argsz, 0, rows[i].index };
        long ret = ioctl(p->fd, rows[i].request, arg);

        check_call(p, rows[i].name, ret, errno, rows[i].want);
    }
    check_call(p, "GET_INFO: bad address",
               ioctl(p->fd, VFIO_DEVICE_GET_INFO, NULL), errno, -EFAULT);
}

static void probe_describe(Probe *p)
{
    const uint32_t bus = VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_AMBA;
    long page = sysconf(_SC_PAGESIZE);

    p->info = (struct vfio_device_info){ .argsz = 16 };
    p->region = (struct vfio_region_info){ .argsz = 32 };
    p->irq = (struct vfio_irq_info){ .argsz = 16 };
    ioctl(p->fd, VFIO_DEVICE_GET_INFO, &p->info);
    ioctl(p->fd, VFIO_DEVICE_GET_REGION_INFO, &p->region);
    ioctl(p->fd, VFIO_DEVICE_GET_IRQ_INFO, &p->irq);
    printf("# %s: flags 0x%x, %u regions, %u interrupts; region 0: "
           "0x%llx bytes, flags 0x%x; interrupt 0: flags 0x%x\n",
           p->name, p->info.flags, p->info.num_regions, p->info.num_irqs,
           (unsigned long long)p->region.size, p->region.flags, p->irq.flags);

    probe_result(p, (p->info.flags & bus) == VFIO_DEVICE_FLAGS_PLATFORM ||
                 (p->info.flags & bus) == VFIO_DEVICE_FLAGS_AMBA,
                 "GET_INFO: one bus flag of 0x%x", bus);
    probe_result(p, !(p->info.flags & ~(bus | VFIO_DEVICE_FLAGS_RESET)),
                 "GET_INFO: no other flag than that of a reset");
    probe_result(p, p->region.offset == 0 && p->region.size > 0,
                 "GET_REGION_INFO: region 0 starts at 0 and has a size");
    probe_result(p, !(p->region.flags & VFIO_REGION_INFO_FLAG_MMAP) ||
                 p->region.size % page == 0,
                 "GET_REGION_INFO: only whole pages can be mapped");
}

static void probe_mmaps(Probe *p)
{
    const long page = sysconf(_SC_PAGESIZE);
    const uint64_t size = p->region.size;
    const int shared = MAP_SHARED;
    const struct {
        const char *name;
        uint64_t offset, len;
        int flags;
        long want;
    } rows[] = {
        { "mmap: the whole region", 0, size, shared, 0 },
        { "mmap: private", 0, page, MAP_PRIVATE, -EINVAL },
        { "mmap: a page too long", 0, size + page, shared, -EINVAL },
        { "mmap: from the region's end", size, page, shared, -EINVAL },
        { "mmap: far behind the region", 1ULL << 39, page, shared, -EINVAL },
        { "mmap: no such region", PROBE_OFFSET(BAD_INDEX, 0), page, shared,
          -EINVAL },
    };

    if (!(p->region.flags & VFIO_REGION_INFO_FLAG_MMAP)) {
        void *m = mmap(NULL, page, PROT_READ, MAP_SHARED, p->fd, 0);

        probe_result(p, m == MAP_FAILED && errno == EINVAL,
                     "mmap: a region that shares its page is refused");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        void *m = mmap(NULL, rows[i].len, PROT_READ | PROT_WRITE,
                       rows[i].flags, p->fd, rows[i].offset);

        check_call(p, rows[i].name, m == MAP_FAILED ? -1 : 0, errno,
                   rows[i].want);
        if (m != MAP_FAILED) {
            munmap(m, rows[i].len);
        }
    }
}

/* A PrimeCell's component ID: 0x0d 0xf0 0x05 0xb1, a byte a 32-bit register. */
static void probe_reads(Probe *p)
{
    static const uint8_t cid[16] = {
        0x0d, 0, 0, 0, 0xf0, 0, 0, 0, 0x05, 0, 0, 0, 0xb1, 0, 0, 0
    };
    const uint64_t size = p->region.size, at = size - PRIMECELL_CID;
    const struct {
        const char *name;
        uint64_t offset;
        size_t count;
        long want;
    } rows[] = {
        { "read: 1 byte", at, 1, 1 },
        { "read: 2 bytes", at, 2, 2 },
        { "read: 4 bytes", at, 4, 4 },
        { "read: 8 bytes", at, 8, 8 },
        { "read: 6 bytes, in aligned pieces", at, 6, 6 },
        { "read: 12 bytes from an odd word", at + 4, 12, 12 },
        { "read: cut at the region's end", at + 8, 16, 8 },
        { "read: from the region's end", size, 4, -EINVAL },
        { "read: no such region", PROBE_OFFSET(BAD_INDEX, 0), 4, -EINVAL },
    };

    if (!probe_is_primecell(p)) {
        probe_skip(p, "read widths", "the device is no PrimeCell");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint8_t buf[16] = { 0 };
        long got = pread(p->fd, buf, rows[i].count, rows[i].offset);

        check_call(p, rows[i].name, got, errno, rows[i].want);
        if (got > 0) {
            probe_result(p, !memcmp(buf, cid + (rows[i].offset - at), got),
                         "%s: the ID's bytes", rows[i].name);
        }
    }
}

/* Not a register of a neighbour's, even on the same page; nothing is cut. */
static void probe_neighbours(Probe *p)
{
    const uint64_t size = p->region.size;
    const uint64_t at[] = { size, size + 4, size + 0x1000, (1ULL << 40) - 4 };
    uint32_t value = 0;

    for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
        check_call(p, "read: past the region's end",
                   pread(p->fd, &value, 4, at[i]), errno, -EINVAL);
        check_call(p, "write: past the region's end",
                   pwrite(p->fd, &value, 4, at[i]), errno, -EINVAL);
    }
}

static void probe_writes(Probe *p)
{
    const uint64_t mr = 0x4;    /* RTCMR; RTCDR below it cannot be written */
    const uint64_t value = 0x12345678ULL << 32;
    long got;

    if (!probe_is_pl031(p)) {
        probe_skip(p, "writes", "the device is no PL031");
        return;
    }
    probe_write32(p, mr, 0xcafe0001);
    probe_result(p, probe_read32(p, mr) == 0xcafe0001, "write: 4 bytes");

    got = pwrite(p->fd, &value, 8, PROBE_OFFSET(0, 0));
    check_call(p, "write: 8 bytes", got, errno, 8);
    probe_result(p, probe_read32(p, mr) == 0x12345678,
                 "write: 8 bytes reach both registers");

    got = pwrite(p->fd, &value, 4, PROBE_OFFSET(0, p->region.size));
    check_call(p, "write: from the region's end", got, errno, -EINVAL);
}

int main(int argc, char **argv)
{
    Probe probe = { .name = argv[1] };
    ProbeClock clock = { NULL, 0 };
    long holders;
    bool ours;

    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: vfio_probe NAME [CLOCK HZ]\n");
        return 2;
    }
    if (argc == 4) {
        clock.name = argv[2];
        clock.hz = strtoull(argv[3], NULL, 0);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    holders = probe_clock_before(&clock);
    if (probe_open(&probe)) {
        return 2;
    }
    probe_clock_open(&probe, &clock, holders);
    probe_infos(&probe);
    probe_describe(&probe);
    probe_reset(&probe);
    probe_mmaps(&probe);
    probe_reads(&probe);
    probe_neighbours(&probe);
    probe_writes(&probe);
    /* Before anything has changed a mode. */
    ours = probe_features(&probe);
    probe_irqs(&probe);
    if (ours) {
        probe_reset_irqs(&probe);
        probe_notify(&probe);
        probe_storm(&probe);
        probe_held(&probe);
        probe_emulated(&probe);
        probe_share(&probe);
    }
    probe_close(&probe);
    probe_clock_closed(&probe, &clock, holders);
    printf("1..%u\n", probe.tests);
    return probe.failed ? 1 : 0;
}
