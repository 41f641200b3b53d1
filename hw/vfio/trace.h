/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace events of this directory; as a plug-in, one set a QEMU version. */
#ifdef VPO_TRACE_HEADER
#include VPO_TRACE_HEADER
#else
#include "trace/trace-hw_vfio_oneshot.h"
#define VPO_TRACE_EVENTS hw_vfio_oneshot_trace_events
#endif
