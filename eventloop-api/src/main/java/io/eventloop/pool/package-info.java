/** Connections kept for reuse: a pool for each loop, without locks. Begin with {@link io.eventloop.pool.ConnectionPool}. */
package io.eventloop.pool;
