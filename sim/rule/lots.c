#include "rule/lots.h"

#include "base/text.h"
#include "des/stream.h"

#include <string.h>

double lots_draw(uint64_t seed, uint64_t replication, size_t month, const char *pool,
                 const struct claim *claim)
{
    struct text entity;
    struct stream stream;
    text_init(&entity);
    text_printf(&entity, "%zu:%zu:%s:%s:%s", month, strlen(pool), pool,
                claim->project < 0 ? "exploration" : "project", claim->name);
    stream_init(&stream, seed, replication, "lottery", entity.bytes);
    text_release(&entity);
    return stream_exponential(&stream);
}
