package io.eventloop.http;

import io.eventloop.testing.junit.FuzzCorpusContract;

/** The fuzz targets of this module. */
class FuzzCorpusTest extends FuzzCorpusContract {}
