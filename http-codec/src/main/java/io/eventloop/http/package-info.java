/**
 * HTTP messages as the rest of the codec understands them. Parsers and encoders read and write buffers and never see a
 * connection; a handful of adapter classes join the two.
 */
package io.eventloop.http;
