// SPDX-License-Identifier: GPL-2.0-or-later
/* The bench's pins: two of them, one group, with the function "rtc". */
#include <linux/module.h>
#include <linux/pinctrl/pinconf-generic.h>
#include <linux/pinctrl/pinctrl.h>
#include <linux/pinctrl/pinmux.h>

#include "power.h"

static const struct pinctrl_pin_desc pins[] = {
    PINCTRL_PIN(0, "alarm"), PINCTRL_PIN(1, "wake"),
};
static const unsigned int group_pins[] = { 0, 1 };
static const char *const group_names[] = { "rtc-pins" };
static const char *const function_names[] = { "rtc" };

static int one(struct pinctrl_dev *pctldev)
{
    return 1;
}

static const char *group_name(struct pinctrl_dev *pctldev, unsigned int group)
{
    return group_names[group];
}

static int group_pins_of(struct pinctrl_dev *pctldev, unsigned int group,
                         const unsigned int **which, unsigned int *n)
{
    *which = group_pins;
    *n = ARRAY_SIZE(group_pins);
    return 0;
}

static const struct pinctrl_ops pins_ops = {
    .get_groups_count = one,
    .get_group_name = group_name,
    .get_group_pins = group_pins_of,
    .dt_node_to_map = pinconf_generic_dt_node_to_map_all,
    .dt_free_map = pinconf_generic_dt_free_map,
};

static const char *function_name(struct pinctrl_dev *pctldev,
                                 unsigned int function)
{
    return function_names[function];
}

static int function_groups(struct pinctrl_dev *pctldev, unsigned int function,
                           const char *const **groups, unsigned int *n)
{
    *groups = group_names;
    *n = ARRAY_SIZE(group_names);
    return 0;
}

static int set_mux(struct pinctrl_dev *pctldev, unsigned int function,
                   unsigned int group)
{
    struct power *power = pinctrl_dev_get_drvdata(pctldev);

    power_note(power, "pins", group, "select");
    power->function = function_names[function];
    return 0;
}

/* Once for each pin, when the last who had selected a function is gone. */
static int pin_free(struct pinctrl_dev *pctldev, unsigned int pin)
{
    struct power *power = pinctrl_dev_get_drvdata(pctldev);

    power_note(power, "pins", 0, "free");
    power->function = NULL;
    return 0;
}

static const struct pinmux_ops mux_ops = {
    .get_functions_count = one,
    .get_function_name = function_name,
    .get_function_groups = function_groups,
    .set_mux = set_mux,
    .free = pin_free,
};

static const struct pinctrl_desc desc = {
    .name = "bench-pins",
    .pins = pins,
    .npins = ARRAY_SIZE(pins),
    .pctlops = &pins_ops,
    .pmxops = &mux_ops,
    .owner = THIS_MODULE,
};

int power_pins(struct power *power)
{
    struct pinctrl_dev *pctldev;

    pctldev = devm_pinctrl_register(power->dev, (struct pinctrl_desc *)&desc,
                                    power);
    return PTR_ERR_OR_ZERO(pctldev);
}
