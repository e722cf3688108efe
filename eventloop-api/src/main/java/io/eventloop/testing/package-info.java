/**
 * A simulated network with virtual time, and the tools to test protocols in it: the whole library, unchanged, runs in one
 * thread, and the same seed gives the same run.
 */
package io.eventloop.testing;
