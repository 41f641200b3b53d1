// SPDX-License-Identifier: GPL-2.0-only
/* Tells from a device tree node whether its device does DMA. */
#include <linux/device.h>
#include <linux/of.h>

#include "vfio_platform_oneshot.h"

/*
 * Properties of a device's own node that only a bus master has. dma-coherent
 * counts here only: a root node that says it for the whole machine says
 * nothing of one device.
 */
static const char * const vpo_dma_properties[] = {
	"dmas",			/* uses a DMA controller's channels */
	"#dma-cells",		/* is a DMA controller */
	"dma-channels",
	"dma-coherent",
	"dma-noncoherent",
	"dma-ranges",		/* is a bus with masters on it */
	"iommus",		/* has a stream in an IOMMU that is not in use */
	"iommu-map",
	"#iommu-cells",		/* is an IOMMU: it walks tables in memory */
	"memory-region",	/* shares memory with the CPUs */
	"msi-parent",		/* an MSI is a write to memory */
	"msi-map",
};

/* An empty dma-ranges is a bus's default, and says nothing of one device. */
static bool vpo_behind_dma_ranges(struct device_node *np)
{
	struct device_node *bus;
	int len;

	for (bus = of_get_parent(np); bus; bus = of_get_next_parent(bus)) {
		if (of_find_property(bus, "dma-ranges", &len) && len) {
			of_node_put(bus);
			return true;
		}
	}
	return false;
}

/**
 * vpo_dma_sign - what shows that a device does DMA
 * @dev: the device
 *
 * That nothing does is no proof: the administrator's word stands for it.
 *
 * Return: words that name the property, or NULL.
 */
const char *vpo_dma_sign(struct device *dev)
{
	unsigned int i;

	if (!dev->of_node)
		return NULL;

	for (i = 0; i < ARRAY_SIZE(vpo_dma_properties); i++)
		if (of_find_property(dev->of_node, vpo_dma_properties[i], NULL))
			return vpo_dma_properties[i];

	if (vpo_behind_dma_ranges(dev->of_node))
		return "dma-ranges (of a bus above it)";
	return NULL;
}
