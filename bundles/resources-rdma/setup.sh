#!/bin/sh -e
ip link add ocits-rdma type dummy
ip link set ocits-rdma up
rdma link add rxe0 type rxe netdev ocits-rdma
