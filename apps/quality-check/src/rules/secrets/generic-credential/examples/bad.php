<?php
// ruleid: generic-credential
define('AUTH_KEY', 'R5}w,k~V8[j/T2;q#Y9|m<B4.z^G7:x>N3(c_H6{f=D1+p-L0)s&K!e@W*u]Q%tZa');
