/**
 * The engine behind the public API: the turn of the loop, connection state, write queues, timers and listeners. This
 * package is not exported; nothing outside the module depends on it.
 */
package io.eventloop.engine;
