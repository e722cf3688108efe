/** Events for Java Flight Recorder; not exported. */
package io.eventloop.jfr;
