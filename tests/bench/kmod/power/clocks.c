// SPDX-License-Identifier: GPL-2.0-or-later
/* The bench's clocks: 0 is 12 MHz, 1 is 32768 Hz. */
#include "power.h"

static const unsigned long rates[POWER_CLOCKS] = { 12000000, 32768 };

static struct power_clock *clock_of(struct clk_hw *hw)
{
    return container_of(hw, struct power_clock, hw);
}

static void change(struct clk_hw *hw, bool *what, bool to, const char *verb)
{
    struct power_clock *clock = clock_of(hw);

    power_note(clock->power, "clock", clock->id, verb);
    *what = to;
}

static int clock_prepare(struct clk_hw *hw)
{
    change(hw, &clock_of(hw)->prepared, true, "prepare");
    return 0;
}

static void clock_unprepare(struct clk_hw *hw)
{
    change(hw, &clock_of(hw)->prepared, false, "unprepare");
}

static int clock_enable(struct clk_hw *hw)
{
    change(hw, &clock_of(hw)->enabled, true, "enable");
    return 0;
}

static void clock_disable(struct clk_hw *hw)
{
    change(hw, &clock_of(hw)->enabled, false, "disable");
}

static unsigned long clock_rate(struct clk_hw *hw, unsigned long parent)
{
    return rates[clock_of(hw)->id];
}

static const struct clk_ops clock_ops = {
    .prepare = clock_prepare,
    .unprepare = clock_unprepare,
    .enable = clock_enable,
    .disable = clock_disable,
    .recalc_rate = clock_rate,
};

static int add(struct power *power, unsigned int id)
{
    struct power_clock *clock = &power->clocks[id];
    const struct clk_init_data init = {
        .name = id ? "bench-clock1" : "bench-clock0",
        .ops = &clock_ops,
    };

    clock->power = power;
    clock->id = id;
    clock->hw.init = &init;
    power->clock_data->hws[id] = &clock->hw;
    return devm_clk_hw_register(power->dev, &clock->hw);
}

int power_clocks(struct power *power)
{
    unsigned int i;
    int ret;

    power->clock_data = devm_kzalloc(power->dev,
                                     struct_size(power->clock_data, hws,
                                                 POWER_CLOCKS), GFP_KERNEL);
    if (!power->clock_data) {
        return -ENOMEM;
    }
    power->clock_data->num = POWER_CLOCKS;
    for (i = 0; i < POWER_CLOCKS; i++) {
        ret = add(power, i);
        if (ret) {
            return ret;
        }
    }
    return devm_of_clk_add_hw_provider(power->dev, of_clk_hw_onecell_get,
                                       power->clock_data);
}
