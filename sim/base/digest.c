#include "base/digest.h"

#include <nettle/sha2.h>
#include <stdio.h>

void digest_of(const char *bytes, size_t length, char hex[DIGEST_ROOM])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, (const uint8_t *)bytes);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
