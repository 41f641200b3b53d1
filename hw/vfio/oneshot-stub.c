// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What -plugin loads: finds the object that was built for the running QEMU,
 * and refuses in one clear sentence where there is none.
 *
 * An object that uses another QEMU's symbols dies in the dynamic linker with
 * "undefined symbol" and no explanation. This stub uses three functions that
 * are the same in every QEMU from 7.2 on, declares them itself, and so is
 * one binary for all of them.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "oneshot-stub.h"

#define NAME "vfio-platform-oneshot"

/* QAPI, control.json */
struct stub_triple {
    int64_t major, minor, micro;
};
struct stub_version {
    struct stub_triple *qemu;
    char *package;
};
struct stub_version *qmp_query_version(void *errp);
/* util/error-report.c */
void error_report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* util/module.c */
void register_module_init(void (*fn)(void), int type);

/*
 * The plug-in API's version. We use no more of the API than installing, and
 * each QEMU accepts a range: up to 8.2 from 0 or 1, from 9.0 on from 2.
 */
__attribute__((visibility("default"))) int qemu_plugin_version;

/* Set before anything else runs, and kept for the life of the process. */
static struct stub_version *stub_version;

static void stub_dir(char dir[PATH_MAX])
{
    char path[PATH_MAX];
    Dl_info here;

    dladdr(&qemu_plugin_version, &here);
    if (!realpath(here.dli_fname, path)) {
        snprintf(path, sizeof(path), "%s", here.dli_fname);
    }
    snprintf(dir, PATH_MAX, "%s", dirname(path));
}

/* "7.2, 10.0": the versions that objects lie here for. */
static void stub_list(const char *dir, char *list, size_t size)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    size_t used = 0;

    list[0] = '\0';
    while (d && (entry = readdir(d)) && used < size) {
        const char *version = entry->d_name + strlen(NAME "-qemu-");

        if (!fnmatch(NAME "-qemu-*.so", entry->d_name, 0)) {
            used += snprintf(list + used, size - used, "%s%.*s",
                             used ? ", " : "", (int)strlen(version) - 3,
                             version);
        }
    }
    if (d) {
        closedir(d);
    }
}

static void stub_refuse(const char *dir, const char *why)
{
    char list[256];

    stub_list(dir, list, sizeof(list));
    error_report(NAME ": no object fits this QEMU, %" PRId64 ".%" PRId64
                 ".%" PRId64 " (%s): %s. In %s there are objects for QEMU: "
                 "%s. To build one against this QEMU's source package, see "
                 "'Another QEMU' in README.md.",
                 stub_version->qemu->major, stub_version->qemu->minor,
                 stub_version->qemu->micro, stub_version->package, why, dir,
                 *list ? list : "none");
}

static void *stub_open(const char *symbol)
{
    char dir[PATH_MAX], path[PATH_MAX + 64];
    void *object, *sym;

    stub_dir(dir);
    snprintf(path, sizeof(path), "%s/" NAME "-qemu-%" PRId64 ".%" PRId64 ".so",
             dir, stub_version->qemu->major, stub_version->qemu->minor);
    object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    sym = object ? dlsym(object, symbol) : NULL;
    if (!sym) {
        stub_refuse(dir, dlerror());
        if (object) {
            dlclose(object);
        }
    }
    return sym;
}

__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    int (*install)(int argc, char **argv) = stub_open("vpo_plugin_install");

    (void)id;
    (void)info;
    return install ? install(argc, argv) : -1;
}

static void stub_preloaded(void)
{
    void (*preload)(void) = stub_open("vpo_plugin_preload");

    if (preload) {
        preload();
    }
}

/*
 * Runs before QEMU's main() if preloaded, else within -plugin, when QEMU has
 * called its QOM initialisers already and this registration has no effect.
 */
__attribute__((constructor)) static void stub_init(void)
{
    stub_version = qmp_query_version(NULL);
    qemu_plugin_version = stub_version->qemu->major < 9 ? 1 : 2;
    register_module_init(stub_preloaded, STUB_MODULE_INIT_QOM);
}
