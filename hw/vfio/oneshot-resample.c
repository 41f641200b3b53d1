// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether KVM's resamplefd can be relied upon: Linux 6.19 to at least 7.3
 * does not signal it on GICv3 hosts if the guest acknowledges and ends a level
 * interrupt within one guest entry, and the guest takes it again and again.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "oneshot-compat.h"
#include "oneshot-resample.h"
#include "vfio-platform-oneshot.h"
#include "trace.h"

const char vpo_resample_bug[] =
    "this kernel's KVM loses the guest's end of level interrupts (Linux 6.19 "
    "and later, GICv3)";

const char vpo_resample_remedy[] =
    "Remedies: forward=1 for the module vfio-platform-oneshot, for the mode "
    "forwarded; repair_resample=1, to have it repair KVM; or a kernel without "
    "the bug.";

typedef struct ResampleVerdict {
    bool known;
    VpoResample result;
    char *why;
} ResampleVerdict;

static void resample_find_out(const VpoDevice *s, ResampleVerdict *v)
{
    static const char *const str[] = {
        [VPO_RESAMPLE_UNTESTED] = "untested",
        [VPO_RESAMPLE_RIGHT] = "right",
        [VPO_RESAMPLE_BROKEN] = "broken",
    };
    int64_t start = g_get_monotonic_time();

    v->result = s->kernel->resample_try(s, &v->why);
    v->known = true;
    trace_vpo_resample_find_out(vpo_name(s), str[v->result],
                                v->why ? v->why : "tried",
                                g_get_monotonic_time() - start);
    if (v->result == VPO_RESAMPLE_UNTESTED &&
        s->resample_check == ON_OFF_AUTO_AUTO) {
        info_report("%s: %s: KVM's resamplefd could not be tested: %s",
                    TYPE_VFIO_PLATFORM_ONESHOT, vpo_name(s), v->why);
    }
}

/* A process has one KVM, so all devices share the verdict on it. */
static const ResampleVerdict *resample_verdict(const VpoDevice *s)
{
    static ResampleVerdict verdict;

    if (!verdict.known) {
        resample_find_out(s, &verdict);
    }
    return &verdict;
}

const char *vpo_resample_obstacle(const VpoDevice *s)
{
    if (s->resample_check == ON_OFF_AUTO_OFF) {
        return NULL;
    }
    return resample_verdict(s)->result == VPO_RESAMPLE_BROKEN
               ? vpo_resample_bug : NULL;
}

bool vpo_resample_realize(VpoDevice *s, Error **errp)
{
    const ResampleVerdict *verdict;

    if (s->resample_check != ON_OFF_AUTO_ON) {
        return true;
    }
    if (!(s->kernel->kvm(s) & VPO_KVM_IN_USE)) {
        error_setg(errp, "x-resample-check=on: KVM is not in use (-accel kvm)");
        return false;
    }
    verdict = resample_verdict(s);
    if (verdict->result == VPO_RESAMPLE_UNTESTED) {
        error_setg(errp, "x-resample-check=on: KVM's resamplefd cannot be "
                   "tested: %s", verdict->why);
        return false;
    }
    return true;
}
