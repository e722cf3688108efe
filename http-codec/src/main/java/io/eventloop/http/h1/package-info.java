/**
 * HTTP/1.0 and 1.1 on the wire (RFC 9112): parsers and encoders that read and write buffers and never see a connection.
 * What is malformed is refused, never repaired.
 */
package io.eventloop.http.h1;
