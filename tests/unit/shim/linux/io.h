/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers, as a test has them: stands in for the kernel's header. */
#ifndef VPO_TEST_IO_H
#define VPO_TEST_IO_H

#include <stdbool.h>
#include <stdint.h>

#define __iomem

uint32_t readl(const void *reg);
void writel(uint32_t value, void *reg);

#endif
