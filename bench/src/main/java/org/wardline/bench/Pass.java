package org.wardline.bench;

import org.jspecify.annotations.Nullable;

/**
 * One contender in one pass.
 *
 * @param rate acknowledged operations in a second
 * @param p50 milliseconds of the middle call
 * @param p99 milliseconds within which 99 of 100 calls ended
 * @param cpu milliseconds of server and database for an operation
 * @param flushes of the database's log for an operation
 * @param kilobytes in the database's log for an operation
 * @param memory resident, of the server, in MiB
 * @param failed calls without acknowledgment
 * @param lost acknowledged and not there; null when it keeps nothing
 * @param doubled there more than once; null when it keeps nothing
 */
record Pass(
    String contender,
    int connections,
    int number,
    double rate,
    double p50,
    double p99,
    double cpu,
    double flushes,
    double kilobytes,
    double memory,
    long failed,
    @Nullable Long lost,
    @Nullable Long doubled) {}
