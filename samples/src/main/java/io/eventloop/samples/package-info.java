/** The samples, one subcommand each, and the command line that starts them. */
package io.eventloop.samples;
