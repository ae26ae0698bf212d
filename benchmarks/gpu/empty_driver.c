/* A CUDA driver that computes nothing: what a card would be told is counted, and its memory is the machine's.
 *
 * With it a program compiles every kernel that it would compile for an H200, where there is no card, and shows what it costs
 * to tell a card what to do. Numbers that come back mean nothing. At the end it writes one line of JSON to standard error.
 * Owns the part of the interface that cubecl calls.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int Result;
typedef unsigned long long Address;
enum { DONE = 0, WRONG_VALUE = 1, NO_MEMORY = 2 };

static long kernels, launches, live, most;

static void tell(void) {
    fprintf(stderr, "{\"kernels\": %ld, \"launches\": %ld, \"bytes\": %ld}\n", kernels, launches, most);
}

/* One H200: what cubecl asks of it, by the number of the attribute. */
Result cuDeviceGetAttribute(int *value, int attribute, int device) {
    static const int known[][2] = {
        {1, 1024}, {2, 1024}, {3, 1024}, {4, 64},           /* threads of a block, its three sizes */
        {5, 2147483647}, {6, 65535}, {7, 65535},            /* sizes of a grid */
        {8, 49152}, {97, 232448},                           /* shared memory of a block; where it is asked for */
        {10, 32}, {16, 132}, {75, 9}, {76, 0}, {115, 1},    /* warp, multiprocessors, compute capability, memory pools */
    };
    for (size_t index = 0; index < sizeof known / sizeof *known; index++)
        if (known[index][0] == attribute) return *value = known[index][1], DONE;
    fprintf(stderr, "attribute %d of device %d is unknown\n", attribute, device);
    return WRONG_VALUE;
}

Result cuInit(unsigned flags) { static int begun; if (!begun++) atexit(tell); return (void)flags, DONE; }
Result cuDriverGetVersion(int *version) { return *version = 13000, DONE; }
Result cuDeviceGetCount(int *count) { return *count = 1, DONE; }
Result cuDeviceGet(int *device, int number) { return *device = number, number ? WRONG_VALUE : DONE; }
Result cuDeviceGetName(char *name, int room, int device) { (void)device; return snprintf(name, room, "no card"), DONE; }
Result cuDeviceTotalMem_v2(size_t *bytes, int device) { (void)device; return *bytes = (size_t)139 << 30, DONE; }
Result cuDevicePrimaryCtxRetain(void **context, int device) { (void)device; return *context = &kernels, DONE; }
Result cuCtxSetCurrent(void *context) { return (void)context, DONE; }
Result cuCtxGetStreamPriorityRange(int *least, int *greatest) { return *least = 0, *greatest = -5, DONE; }

/* Streams and events: everything has happened when it was asked for. */
Result cuStreamCreate(void **stream, unsigned flags) { (void)flags; return *stream = malloc(1), DONE; }
Result cuStreamCreateWithPriority(void **stream, unsigned flags, int priority) {
    return (void)priority, cuStreamCreate(stream, flags);
}
Result cuStreamSynchronize(void *stream) { return (void)stream, DONE; }
Result cuStreamWaitEvent(void *stream, void *event, unsigned flags) { return (void)stream, (void)event, (void)flags, DONE; }
Result cuEventCreate(void **event, unsigned flags) { (void)flags; return *event = malloc(1), DONE; }
Result cuEventDestroy_v2(void *event) { return free(event), DONE; }
Result cuEventRecord(void *event, void *stream) { return (void)event, (void)stream, DONE; }
Result cuEventSynchronize(void *event) { return (void)event, DONE; }
Result cuGetErrorName(Result error, const char **name) { (void)error; return *name = "an error of the empty driver", DONE; }
Result cuGetErrorString(Result error, const char **text) { return cuGetErrorName(error, text); }

/* Memory, with its size in front. */
enum { ALIGNED = 512 };
Result cuMemAlloc_v2(Address *address, size_t bytes) {
    void *start;
    if (posix_memalign(&start, ALIGNED, bytes + ALIGNED)) return NO_MEMORY;
    *(size_t *)start = bytes;
    long now = __sync_add_and_fetch(&live, (long)bytes);
    if (now > most) most = now;
    return *address = (Address)start + ALIGNED, DONE;
}
Result cuMemFree_v2(Address address) {
    void *start = (void *)(address - ALIGNED);
    __sync_sub_and_fetch(&live, *(long *)start);
    return free(start), DONE;
}
Result cuMemAllocAsync(Address *address, size_t bytes, void *stream) { return (void)stream, cuMemAlloc_v2(address, bytes); }
Result cuMemFreeAsync(Address address, void *stream) { return (void)stream, cuMemFree_v2(address); }
Result cuMemAllocHost_v2(void **start, size_t bytes) { return posix_memalign(start, ALIGNED, bytes) ? NO_MEMORY : DONE; }
Result cuMemFreeHost(void *start) { return free(start), DONE; }
Result cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, void *stream) {
    return (void)stream, memcpy((void *)to, from, bytes), DONE;
}
Result cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, void *stream) {
    return (void)stream, memcpy(to, (void *)from, bytes), DONE;
}
struct Side { size_t column, row; int kind; void *host; Address device; void *array; size_t pitch; };
struct Rows { struct Side from, to; size_t bytes, count; };
static char *place(const struct Side *side, size_t row) {
    char *start = side->kind == 1 ? side->host : (char *)side->device;
    return start + (side->row + row) * side->pitch + side->column;
}
Result cuMemcpy2DAsync_v2(const struct Rows *rows, void *stream) {
    (void)stream;
    for (size_t row = 0; row < rows->count; row++) memcpy(place(&rows->to, row), place(&rows->from, row), rows->bytes);
    return DONE;
}
Result cuTensorMapEncodeTiled(void *map) { return memset(map, 0, 128), DONE; }

/* Kernels. */
Result cuModuleLoadData(void **module, const void *image) {
    return (void)image, __sync_add_and_fetch(&kernels, 1), *module = malloc(1), DONE;
}
Result cuModuleGetFunction(void **function, void *module, const char *name) {
    return (void)module, *function = strdup(name), DONE;
}
Result cuFuncSetAttribute(void *function, int attribute, int value) {
    return (void)function, (void)attribute, (void)value, DONE;
}
Result cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                      unsigned shared) {
    if (!gx || !gy || !gz || gy > 65535 || gz > 65535 || bx * by * bz - 1 > 1023 || shared > 232448) {
        fprintf(stderr, "no card launches %s in %u x %u x %u blocks of %u x %u x %u with %u bytes\n", (char *)function,
                gx, gy, gz, bx, by, bz, shared);
        return WRONG_VALUE;
    }
    return __sync_add_and_fetch(&launches, 1), DONE;
}
