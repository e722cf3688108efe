/** Simulated tests and fuzz targets as JUnit tests. Published in the test-jar, so that the library itself does not depend on JUnit. */
package io.eventloop.testing.junit;
